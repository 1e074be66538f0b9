import pino from 'pino';
import type { DestinationStream, LevelWithSilent } from 'pino';
import { isoTime } from './isoTime.ts';
import type { Log, LogEvent, LogFields } from './log.ts';
import { terminalStream } from './terminalStream.ts';

/** Lines of requests go out together when there are so many bytes of them, or after so long. */
const BUFFER_BYTES = 8192;
const BUFFER_MS = 100;
/** Two or more lines of each question; everything else is rare, and goes out at once with all that waits. */
const BUFFERED: ReadonlySet<LogEvent> = new Set<LogEvent>(['request', 'paid']);

/** JSON lines by pino: level, time, event, message, and the allowed fields. On a terminal, the same for people. */
export function createLog(
  level: string,
  destination: Destination = terminalStream() ?? standardOutput(),
): Log {
  const options = {
    level: level as LevelWithSilent,
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${isoTime(Date.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const logger = pino(options, destination);
  const write = (to: 'info' | 'warn' | 'error') => (event: LogEvent, message: string, fields?: LogFields) => {
    logger[to]({ event, ...fields }, message);
    if (to !== 'info' || !BUFFERED.has(event)) destination.flushSync?.();
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

type Destination = DestinationStream & { flushSync?(): void };

/** A write to the system for each line took a third of what the log costs. */
function standardOutput(): Destination {
  const output = pino.destination({ minLength: BUFFER_BYTES, periodicFlush: BUFFER_MS, sync: true });
  process.on('exit', () => output.flushSync());
  return output;
}
