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
      const known = fields ? JSON.stringify(fields).slice(1, -1) : '';
      destination.write(
        `{"level":"${to}","time":"${isoTime(Date.now())}","event":"${event}",${known && `${known},`}"message":${JSON.stringify(message)}}\n`,
      );
      if (to !== 'info' || !BUFFERED.has(event)) destination.flush?.();
    };
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

type Destination = DestinationStream & { flush?(): void };

/**
 * A write to the system for each line took a third of what the log costs. As buffers, since what waits as a text is
 * measured whole at each line: 4 µs and 5 kB a line, where these take 0.3 µs and 0.5 kB.
 */
function standardOutput(): Destination {
  const output = pino.destination({
    minLength: BUFFER_BYTES,
    periodicFlush: BUFFER_MS,
    sync: true,
    contentMode: 'buffer',
  });
  output.on('error', () => {}); // a full disk: the log is what could tell of it, and the server is more than its log
  // Not flushSync, which tries for ever when nobody reads any more or the disk is full.
  process.on('exit', () => output.flush());
  return {
    write: line => void output.write(Buffer.from(line) as unknown as string), // its type knows texts alone
    flush: () => output.flush(),
  };
}
