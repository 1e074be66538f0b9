import { createRequire } from 'node:module';
import type { DestinationStream } from 'pino';
import type * as Pretty from 'pino-pretty';

/** Log lines for people, when standard output is a terminal; otherwise nothing, and what makes them is not even loaded. */
export function terminalStream(): DestinationStream | undefined {
  if (!process.stdout.isTTY) return undefined;
  // Not as a transport of pino's, which is a thread of its own: each line is out before the next statement.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof Pretty;
  const readable = prettyFactory({
    messageKey: 'message',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return { write: line => void process.stdout.write(readable(line)) };
}
