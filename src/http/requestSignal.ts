import type { ServerResponse } from 'node:http';

/** A signal that is aborted when the client leaves, or `timeoutMs` are over; `end` frees its timer and listener. */
export function beginRequest(
  response: ServerResponse,
  timeoutMs: number,
): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  response.once('close', abort);
  const end = () => {
    clearTimeout(timer);
    response.off('close', abort);
  };
  return { signal: controller.signal, end };
}
