import type { Problem } from './ConfigError.ts';
import type { Name, Values } from './settings.ts';
import { SECURE_URL, isSafe } from './urls.ts';

type Rule = (values: Partial<Values>, given: ReadonlySet<Name>) => Problem[];

/** What must hold between settings. A setting that is bad by itself has been reported and is not judged again. */
export const checkRules: Rule = (values, given) => RULES.flatMap(rule => rule(values, given));

/** The bundled sandbox introduces itself by its application id. */
export function isSandbox(applicationId: string): boolean {
  return applicationId.startsWith('sandbox-');
}

const secureUrls: Rule = values => {
  if (isSandbox(values.PAYSTAR_APPLICATION_ID ?? '')) return [];
  return (['PAYSTAR_BASE_URL', 'PAYSTAR_REFRESH_URL'] as const)
    .filter(name => values[name] && !isSafe(values[name]))
    .map(name => ({ name, expected: SECURE_URL, received: 'an http: URL of another host' }));
};

const storeSecret: Rule = (values, given) => {
  if (values.STORE_URL?.kind === 'memory' || given.has('STORE_SECRET')) return [];
  const expected =
    'a text of 32 characters or more, the same on every instance (optional with STORE_URL=memory:)';
  return [{ name: 'STORE_SECRET', expected, received: 'nothing' }];
};

const callers: Rule = (values, given) => {
  const configured = given.has('AUTH_API_KEYS') || given.has('AUTH_JWKS_URL');
  if (configured && values.AUTH_DISABLED) {
    const expected = 'false, since AUTH_API_KEYS or AUTH_JWKS_URL is set';
    return [{ name: 'AUTH_DISABLED', expected, received: 'true' }];
  }
  if (configured || values.AUTH_DISABLED) return [];
  const expected = 'callers here or in AUTH_JWKS_URL, or AUTH_DISABLED=true to let everyone in';
  return [{ name: 'AUTH_API_KEYS', expected, received: 'nothing' }];
};

// Without an issuer or an audience, a token that was made for any other service would open this one.
const jwtParts: Rule = (_values, given) => {
  if (given.has('AUTH_JWKS_URL')) {
    const expected = 'a value, since AUTH_JWKS_URL is set';
    return (['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const)
      .filter(name => !given.has(name))
      .map(name => ({ name, expected, received: 'nothing' }));
  }
  return (['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_CALLER_CLAIM'] as const)
    .filter(name => given.has(name))
    .map(name => ({ name, expected: 'nothing, or AUTH_JWKS_URL too', received: 'no AUTH_JWKS_URL' }));
};

const ports: Rule = ({ PORT, METRICS_PORT }) => {
  if (!METRICS_PORT || METRICS_PORT !== PORT) return [];
  return [{ name: 'METRICS_PORT', expected: 'another port than PORT', received: 'the same port' }];
};

const RULES: readonly Rule[] = [secureUrls, storeSecret, callers, jwtParts, ports];
