import type { Problem } from './ConfigError.ts';

export type ReadFile = (path: string) => string;

/** Where one setting comes from: `text` is its trimmed value, `file` the path when NAME_FILE gave it. */
export type Source = Readonly<{ text: string | null; file: string | null; problem: Problem | null }>;

/** Reads NAME or the file that NAME_FILE points to. An empty value counts as absent, so `${NAME:-}` works in compose. */
export function readSource(env: NodeJS.ProcessEnv, name: string, readFile: ReadFile): Source {
  const text = present(env[name]);
  const file = present(env[`${name}_FILE`]);
  if (file === null) return { text, file, problem: null };
  if (text !== null) return failed(name, `only one of ${name} and ${name}_FILE`, 'both');
  return readFrom(file, `${name}_FILE`, readFile);
}

function readFrom(file: string, name: string, readFile: ReadFile): Source {
  try {
    const text = present(readFile(file));
    // Whoever names a file means a value: silence here could drop a budget or a login.
    if (text === null) return failed(name, 'a file that holds the value', 'an empty file');
    return { text, file, problem: null };
  } catch (error) {
    return failed(name, 'a file that this process can read', `a file that cannot be read${reason(error)}`);
  }
}

/** The trimmed text, or null when nothing is left. Trimming also removes a file's last line end. */
export function present(text: string | undefined): string | null {
  return text?.trim() || null;
}

// Only the code: the message of a file system error repeats the path.
function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code) ? ` (${code})` : '';
}

function failed(name: string, expected: string, received: string): Source {
  return { text: null, file: null, problem: { name, expected, received } };
}
