/**
 * What the rest of the server may log: an event's name, a sentence that says what to do, and fields from the allow-list.
 * There is no way to pass an object through: bodies, variables and upstream texts cannot be logged by accident.
 */
export interface Log {
  info(event: LogEvent, message: string, fields?: LogFields): void;
  warn(event: LogEvent, message: string, fields?: LogFields): void;
  error(event: LogEvent, message: string, fields?: LogFields): void;
}

export type LogEvent =
  'server' | 'request' | 'key' | 'paid' | 'pause' | 'breaker' | 'store' | 'auth' | 'limits';

/** Every field that can stand in a log line. None holds personal data, a credential or a text of Paystar's. */
export interface LogFields {
  requestId?: string;
  caller?: string | undefined;
  operation?: string | undefined;
  code?: string;
  /** Why a credential was refused: one of our words, or jose's code and the name of the claim that it checked. */
  reason?: string | undefined;
  status?: number | null;
  service?: string;
  outcome?: string;
  durationMs?: number;
  /** YES, UNKNOWN or NO: what the answers of a request say about money. */
  charged?: string;
  generation?: number;
  retryAfterSeconds?: number;
  expiresAt?: string;
  state?: string;
  url?: string;
  count?: number;
  /** An error of our own or of Node, reduced to its names, codes and stack frames; see `describeError`. */
  cause?: ErrorSummary;
}

export interface ErrorSummary {
  name: string;
  code?: string;
  /** Frames only: the first line of a stack is the message, and a message may repeat a value. */
  stack?: string[];
  cause?: ErrorSummary;
}

/** Names, codes and stack frames of an error and its causes; no messages. */
export function describeError(error: unknown, depth = 0): ErrorSummary {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? { code } : {}),
    ...(depth === 0 ? { stack: frames(error.stack) } : {}),
    ...(cause !== undefined && depth < 4 ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

function frames(stack = ''): string[] {
  return stack
    .split('\n')
    .filter(line => /^\s+at /.test(line))
    .slice(0, 8)
    .map(line => line.trim());
}
