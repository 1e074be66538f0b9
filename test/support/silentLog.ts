import type { Log } from '../../src/log.ts';

/** A log for parts that are tested alone; what is said there is tested with whole servers. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
