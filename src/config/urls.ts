import { parsed } from './values.ts';

/** `http:` is for this machine only (or for the bundled sandbox): elsewhere a key would travel in clear text. */
export const SECURE_URL = 'an https: URL (http: only on loopback or with an application id of the sandbox)';

/** The address of an endpoint, without credentials, query and hash. Whether `http:` may be used is another rule. */
export const endpointUrl = parsed(`${SECURE_URL} without credentials, query and hash`, value => {
  const url = webUrl(value);
  return url && !hasCredentials(url) && !/[?#]/.test(value) ? url.href : undefined;
});

export const baseUrl = parsed(`${SECURE_URL} without credentials, query and hash`, value =>
  endpointUrl.safeParse(value).data?.replace(/\/+$/, ''),
);

export const jwksUrl = parsed(
  'an https: URL (http: only on loopback) without credentials and hash',
  value => {
    const url = webUrl(value);
    return url && !hasCredentials(url) && !value.includes('#') && isSafe(url.href) ? url.href : undefined;
  },
);

/** Credentials are allowed here: a proxy is often protected by them. */
export const proxyUrl = parsed('an http: or https: URL of a proxy', value => webUrl(value)?.href);

export type StoreLocation = Readonly<{ url: string; kind: 'memory' | 'sqlite' | 'redis' }>;

export const storeUrl = parsed<StoreLocation>(
  'memory:, sqlite:PATH, redis://HOST… or rediss://HOST…',
  value => {
    if (value === 'memory:') return { url: value, kind: 'memory' };
    if (/^sqlite:\P{Cc}+$/u.test(value)) return { url: value, kind: 'sqlite' };
    return isRedisUrl(value) ? { url: value, kind: 'redis' } : undefined;
  },
);

function isRedisUrl(value: string): boolean {
  return /^rediss?:\/\/[^\s\p{Cc}]+$/u.test(value) && Boolean(URL.parse(value)?.hostname);
}

/** https, or a host that is this machine. */
export function isSafe(href: string): boolean {
  const { protocol, hostname } = new URL(href);
  return protocol === 'https:' || /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname);
}

function webUrl(value: string): URL | null {
  return /^https?:\/\/[^\s\p{Cc}]+$/iu.test(value) ? URL.parse(value) : null;
}

function hasCredentials(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}
