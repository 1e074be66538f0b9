import pino from 'pino';
import type { DestinationStream, LevelWithSilent } from 'pino';
import type { Log, LogEvent, LogFields } from './log.ts';

/** Lines of requests go out together when there are so many bytes of them, or after so long. */
const BUFFER_BYTES = 8192;
const BUFFER_MS = 100;
/** Two or more lines of each question; everything else is rare, and goes out at once with all that waits. */
const BUFFERED: ReadonlySet<LogEvent> = new Set<LogEvent>(['request', 'paid']);

/** JSON lines by pino: level, time, event, message, and the allowed fields. */
export function createLog(level: string, destination: Destination = standardOutput()): Log {
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

let [second, text] = [0, ''];

/** `toISOString`, most of it remembered for a second. */
function isoTime(ms: number): string {
  const whole = Math.floor(ms / 1000);
  if (whole !== second) [second, text] = [whole, new Date(whole * 1000).toISOString().slice(0, -4)];
  return `${text}${String(ms - whole * 1000).padStart(3, '0')}Z`;
}
