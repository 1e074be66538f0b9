import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

const SCRIPT_HOST = 'https://embeddable-sandbox.cdn.apollographql.com';
const FRAME_HOST = 'https://sandbox.embed.apollographql.com';

/** `/` shows Apollo Sandbox, which comes from Apollo's CDN; the CSP lets that load, and nothing else. */
export function addLandingPage(app: FastifyInstance): void {
  app.get('/', (_request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', policy(nonce))
      .type('text/html; charset=utf-8')
      .send(page(nonce));
  });
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${SCRIPT_HOST}`,
    `style-src 'nonce-${nonce}'`,
    `frame-src ${FRAME_HOST}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Apollo's own landing page takes its own address for the endpoint; ours is /graphql. */
function page(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>paystar-identity-graphql</title>
<style nonce="${nonce}">
body { margin: 0; font-family: system-ui, sans-serif; }
#sandbox { position: absolute; inset: 0; }
#sandbox iframe { width: 100%; height: 100%; border: 0; background: #fff; }
#offline { padding: 2rem; max-width: 40rem; }
</style>
</head>
<body>
<div id="offline">
<h1>paystar-identity-graphql</h1>
<p>The GraphQL endpoint is <code>POST /graphql</code>. Apollo Sandbox is being loaded from Apollo's servers;
when those are out of reach, use any other GraphQL client.</p>
</div>
<div id="sandbox"></div>
<script nonce="${nonce}" src="${SCRIPT_HOST}/v2/embeddable-sandbox.umd.production.min.js"></script>
<script nonce="${nonce}">
if (window.EmbeddedSandbox) {
  document.getElementById('offline').remove();
  new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: new URL('/graphql', window.location.href).href,
    endpointIsEditable: false,
    runTelemetry: false,
    allowDynamicStyles: false,
  });
}
</script>
</body>
</html>
`;
}
