export type Problem = Readonly<{ name: string; expected: string; received: string }>;

/** All wrong and missing settings of one start. Neither `message` nor `problems` repeats a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super([headline(problems.length), ...problems.map(line), ADVICE].join('\n'));
    this.problems = problems;
  }
}

const ADVICE =
  'Set each in the environment, or put its value in a file and name that file in NAME_FILE. See .env.example.';

function headline(count: number): string {
  return count === 1 ? 'One setting is wrong or missing:' : `${count} settings are wrong or missing:`;
}

function line({ name, expected, received }: Problem): string {
  return `  ${name}: expected ${expected}; received ${received}`;
}

/** What stands for a value in a problem: its length. A password pasted into the wrong setting stays unseen too. */
export function describeText(text: string | null): string {
  return text === null ? 'nothing' : `a text of ${[...text].length} characters`;
}
