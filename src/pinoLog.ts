import pino from 'pino';
import type { DestinationStream } from 'pino';
import { isoTime } from './isoTime.ts';
import type { Log, LogEvent, LogFields } from './log.ts';
import { terminalStream } from './terminalStream.ts';

/** Lines of requests go out together when there are so many bytes of them, or after so long. */
const BUFFER_BYTES = 8192;
const BUFFER_MS = 100;
/** Two or more lines of each question; everything else is rare, and goes out at once with all that waits. */
const BUFFERED: ReadonlySet<LogEvent> = new Set<LogEvent>(['request', 'paid']);

/**
 * JSON lines as pino writes them: level, time, event, message, and the allowed fields. On a terminal, the same for people.
 * Levels and output are pino's; the lines are made here, since its logger took a seventh of all memory that a question
 * uses, and the fields are few and known.
 */
export function createLog(
  level: string,
  destination: Destination = terminalStream() ?? standardOutput(),
): Log {
  const least = pino.levels.values[level] ?? Infinity; // silent
  const write = (to: 'info' | 'warn' | 'error') => {
    if (pino.levels.values[to]! < least) return () => {};
    return (event: LogEvent, message: string, fields?: LogFields) => {
      const rest = JSON.stringify({ event, ...fields, message }).slice(1);
      destination.write(`{"level":"${to}","time":"${isoTime(Date.now())}",${rest}\n`);
      if (to !== 'info' || !BUFFERED.has(event)) destination.flush?.();
    };
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

type Destination = DestinationStream & { flush?(): void };

/** A write to the system for each line took a third of what the log costs. */
function standardOutput(): Destination {
  const output = pino.destination({ minLength: BUFFER_BYTES, periodicFlush: BUFFER_MS, sync: true });
  // Not flushSync, which tries for ever when nobody reads any more or the disk is full.
  process.on('exit', () => output.flush());
  return output;
}
