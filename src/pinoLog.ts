import pino from 'pino';
import type { LevelWithSilent } from 'pino';
import type { Log, LogEvent, LogFields } from './log.ts';
import { terminalStream } from './terminalStream.ts';

/** JSON lines by pino: level, time, event, message, and the allowed fields. On a terminal, the same for people. */
export function createLog(level: string, destination = terminalStream()): Log {
  const options = {
    level: level as LevelWithSilent,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const logger = destination ? pino(options, destination) : pino(options);
  const write = (to: 'info' | 'warn' | 'error') => (event: LogEvent, message: string, fields?: LogFields) => {
    logger[to]({ event, ...fields }, message);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
