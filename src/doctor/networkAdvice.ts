const UNKNOWN_SIGNER =
  'The certificate is not signed by anybody this machine trusts: give the certificate of a proxy that opens TLS in NODE_EXTRA_CA_CERTS, or go around that proxy.';
const TOO_LATE =
  'Nothing came back in time: let this machine connect out in its firewall, or set PAYSTAR_PROXY_URL; if others reach Paystar, raise the timeout.';
const CUT =
  'The connection was cut: a firewall or proxy on the way may do that; let the connection through, and if none is there, ask Paystar.';
const NO_ROUTE = 'This machine has no way to that address: mend its network, its routes or its VPN.';
const OTHER = "The connection failed: look this code up in Node's documentation and check the network.";

/** What an operator does about each fault of the way to Paystar, by Node's code or our own. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND:
    'The name has no address: look for a typing mistake in PAYSTAR_BASE_URL or PAYSTAR_PROXY_URL, then check the DNS of this machine.',
  EAI_AGAIN:
    'No DNS server answers: check the resolver of this machine (in a container /etc/resolv.conf) and let DNS through its firewall.',
  ECONNREFUSED:
    'Nobody listens at that address and port, or a firewall refuses: check host and port of PAYSTAR_BASE_URL or PAYSTAR_PROXY_URL.',
  TIMEOUT: TOO_LATE,
  ETIMEDOUT: TOO_LATE,
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  CERT_HAS_EXPIRED:
    'The certificate has expired: check the clock of this machine, and if it is right, tell whoever runs that host.',
  CERT_NOT_YET_VALID: 'The certificate is not valid yet: set the clock of this machine.',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_SIGNER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate is that of another host: something else answers in its place; check PAYSTAR_BASE_URL and what DNS says.',
  EPROTO:
    'No TLS is spoken at that port: check the port in PAYSTAR_BASE_URL, and whether a proxy stands in between.',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'No TLS is spoken at that port: check the port in PAYSTAR_BASE_URL, and whether a proxy stands in between.',
  PROXY_407: 'The proxy wants a user and a password, or others: correct them in PAYSTAR_PROXY_URL.',
  PROXY_REFUSED:
    'The proxy does not connect to Paystar: allow this host and port in its rules, and check that it reaches Paystar itself.',
};

/** A sentence that says what to do about this error, with its code; never its message, which may repeat a value. */
export function networkAdvice(error: unknown): string {
  const code = codeOf(error);
  return `${code}. ${(Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined) ?? OTHER}`;
}

/** A call that was given up has no code of Node's. */
function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) {
    return code === 'UND_ERR_CONNECT_TIMEOUT' ? 'TIMEOUT' : code;
  }
  return cause === undefined ? 'TIMEOUT' : codeOf(cause);
}
