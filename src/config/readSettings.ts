import { describeText } from './ConfigError.ts';
import type { Problem } from './ConfigError.ts';
import { checkRules } from './rules.ts';
import { TABLE } from './settings.ts';
import type { Name, Setting, Values } from './settings.ts';
import { present, readSource } from './source.ts';
import type { ReadFile } from './source.ts';

export type Settings = {
  /** Complete exactly when `problems` is empty. */
  values: Partial<Values>;
  /** The names that have a value of their own, good or bad. */
  given: Set<Name>;
  /** The path behind each setting that NAME_FILE gave. */
  files: Map<Name, string>;
  problems: Problem[];
};

/** Reads every setting of the table, then holds them against each other, and stops at no problem. */
export function readSettings(env: NodeJS.ProcessEnv, readFile: ReadFile): Settings {
  const settings: Settings = { values: {}, given: new Set(), files: new Map(), problems: [] };
  for (const name of Object.keys(TABLE) as Name[]) readSetting(settings, name, env, readFile);
  settings.problems.push(...checkRules(settings.values, settings.given));
  return settings;
}

function readSetting(settings: Settings, name: Name, env: NodeJS.ProcessEnv, readFile: ReadFile): void {
  const { text, file, problem } = readSource(env, name, readFile);
  if (text !== null || problem) settings.given.add(name);
  if (file !== null) settings.files.set(name, file);
  if (problem) settings.problems.push(problem);
  else parse(settings, name, text, isProduction(env));
}

function parse({ values, problems }: Settings, name: Name, given: string | null, production: boolean): void {
  const setting: Setting = TABLE[name];
  const text = given ?? defaultOf(setting, production);
  if (text === null && !setting.required) {
    Object.assign(values, { [name]: null });
    return;
  }
  const result = setting.schema.safeParse(text);
  if (result.success) Object.assign(values, { [name]: result.data });
  else problems.push({ name, expected: setting.schema.description ?? '', received: describeText(text) });
}

function defaultOf(setting: Setting, production: boolean): string | null {
  return (production ? setting.productionDefault : null) ?? setting.default;
}

/** NODE_ENV is a convention of Node.js and no setting of ours: it only moves two defaults. */
export function isProduction(env: NodeJS.ProcessEnv): boolean {
  return present(env['NODE_ENV']) === 'production';
}
