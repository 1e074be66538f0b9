import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** The headers of every reply: helmet's, under a policy that lets a page do nothing. Computed once, since none depends on its request. */
export function securityHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const collect = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader() {},
  };
  const directives = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
  const set = helmet({ contentSecurityPolicy: { useDefaults: false, directives } });
  set({} as IncomingMessage, collect as unknown as ServerResponse, () => {});
  return headers;
}
