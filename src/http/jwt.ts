import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import type { AuthConfig } from '../config.ts';
import { ownError } from '../errors/identityError.ts';
import type { Caller, Scope } from '../graphql/context.ts';
import { IssuerKeys } from './issuerKeys.ts';
import type { IssuerKeysTools } from './issuerKeys.ts';
import { TokenCache } from './tokenCache.ts';

/** Asymmetric ones only: with HS256, the issuer's public key would be the secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].concat(
  ['ES256', 'ES384', 'ES512'],
  ['EdDSA', 'Ed25519'],
);
const CLOCK_TOLERANCE_SECONDS = 5;
const SCOPES: readonly Scope[] = ['verify', 'status'];

type JwtConfig = NonNullable<AuthConfig['jwt']>;

/** Who holds this token, whose SHA-256 is `hash`. Throws UNAUTHENTICATED for a bad one, OVERLOADED for one that cannot be checked. */
export type VerifyJwt = (token: string, hash: Buffer) => Promise<Caller> | Caller;

export function createVerifyJwt(
  config: JwtConfig,
  requestTimeoutMs: number,
  tools: IssuerKeysTools,
): VerifyJwt {
  const keys = new IssuerKeys(config.jwksUrl, requestTimeoutMs, tools);
  const cache = new TokenCache();
  const verify = async (token: string, cacheKey: string) => {
    const payload = await checked(token, keys, {
      issuer: config.issuer,
      audience: config.audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp'], // a token that never ends could not be taken back
      currentDate: new Date(tools.now()),
    });
    const caller = { name: nameOf(payload, config.callerClaim), scopes: scopesOf(payload['scope']) };
    cache.add(cacheKey, caller, payload.exp! * 1000, tools.now());
    return caller;
  };
  return (token, hash) => {
    const cacheKey = hash.toString('base64');
    return cache.get(cacheKey, tools.now()) ?? verify(token, cacheKey);
  };
}

/** Three base64url parts. A token of `alg: none` leaves the last one empty, and is not even looked at. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}

async function checked(token: string, keys: IssuerKeys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await verifyByAnyKey(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    const claim = error instanceof errors.JWTClaimValidationFailed ? ` ${error.claim}` : '';
    throw ownError('UNAUTHENTICATED', { reason: error.code + claim });
  }
}

async function verifyByAnyKey(
  token: string,
  keys: IssuerKeys,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keys.find, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // The token does not say which key (it has no kid), and the issuer publishes several while it rotates them.
    for await (const key of error) {
      const result = await jwtVerify(token, key, options).catch(unlessSigned);
      if (result) return result;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Claims are only looked at when the signature is right: then this was the key. */
function unlessSigned(error: unknown): null {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) throw error;
  return null;
}

/** Names stand in logs and metrics: short, and no character that could end a line or turn the direction of a text. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u;

/**
 * The first of the claims that is there. Records, claims, limits and budgets hang on the name, and whoever runs the
 * issuer chooses it, so the prefix keeps it apart from all API keys, also those of the past and the future: their names
 * have no colon. With AUTH_CALLER_CLAIM no other claim stands in, or a token without it could take another's name.
 */
function nameOf(payload: JWTPayload, callerClaim: string | null): string {
  const claims = callerClaim === null ? ['client_id', 'azp', 'sub'] : [callerClaim];
  const claim = claims.find(name => Object.hasOwn(payload, name));
  const name = claim === undefined ? undefined : payload[claim];
  if (typeof name !== 'string' || !NAME.test(name))
    throw ownError('UNAUTHENTICATED', { reason: 'NO_USABLE_CALLER_NAME' });
  return `jwt:${name}`;
}

/** A text with spaces between (RFC 8693), or a list, as some issuers write it. */
function scopesOf(claim: unknown): ReadonlySet<Scope> {
  const words = [claim].flat().flatMap(entry => (typeof entry === 'string' ? entry.split(' ') : []));
  return new Set(SCOPES.filter(scope => words.includes(scope)));
}
