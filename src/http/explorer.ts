import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../config.ts';

/** Angular and the editor bring their styles as `style` elements; all else comes from here, and nothing leaves. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

const INIT = 'init.js';

/** `/explorer`, and `/` with LANDING_PAGE=altair: Altair, which comes from this server alone and works offline. */
export async function addExplorer(app: FastifyInstance, config: Config): Promise<void> {
  const { getDistDirectory, renderAltair } = await import('altair-static');
  // Relative, so that it holds for both addresses, and behind a proxy that adds a path.
  const page = renderAltair({ baseURL: 'explorer/', serveInitialOptionsInSeperateRequest: INIT });
  const init = initScript(config);
  const assets = assetsIn(getDistDirectory());
  const sendPage = (reply: FastifyReply) =>
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(page);

  app.get('/explorer', (_request, reply) => sendPage(reply));
  if (config.landingPage === 'altair') app.get('/', (_request, reply) => sendPage(reply));
  app.get(`/explorer/${INIT}`, (_request, reply) => reply.type(TYPES['.js']!).send(init));
  app.get<{ Params: { '*': string } }>('/explorer/*', (request, reply) => {
    const asset = assets.get(request.params['*']);
    return asset ? reply.type(asset.type).send(createReadStream(asset.path)) : reply.callNotFound();
  });
}

/** Only what was listed at the start can be asked for. The frame that runs users' scripts is left out: it needs eval. */
function assetsIn(directory: string): Map<string, { path: string; type: string }> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return new Map(
    names.flatMap(name => {
      const type = TYPES[extname(name)];
      if (!type || name.startsWith('iframe-sandbox')) return [];
      return [[name.replaceAll('\\', '/'), { path: join(directory, name), type }]];
    }),
  );
}

/** One tab for each of our operations. Altair still keeps open tabs in the browser, but begins anew at every visit. */
function initScript(config: Config): string {
  const headers = config.auth.disabled ? {} : { initialHeaders: { Authorization: 'Bearer ' } };
  const windows = tabs(config.livemode).map(tab => ({ ...tab, ...headers }));
  const options = {
    preserveState: false,
    disableAccount: true,
    initialSettings: {
      theme: 'system',
      historyDepth: 0,
      'plugin.list': [],
      'banners.disable': true,
      'alert.disableUpdateNotification': true,
    },
  };
  return `// Altair takes only whole URLs.
const endpointURL = new URL('../graphql', document.baseURI).href;
const windows = ${JSON.stringify(windows)};
AltairGraphQL.init({
  ...${JSON.stringify(options)},
  endpointURL,
  initialWindows: windows.map(window => ({ ...window, endpointURL })),
});
`;
}

interface Tab {
  readonly initialName: string;
  readonly initialQuery: string;
  readonly initialVariables: string;
}

function tabs(livemode: boolean): Tab[] {
  const folder = new URL('../../schema/operations/', import.meta.url);
  const text = readdirSync(folder)
    .sort()
    .reverse()
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const definitions = text.split(/^(?=(?:query|mutation|fragment)\b)/m).map(part => part.trim());
  const fragments = definitions.filter(part => part.startsWith('fragment'));
  // Altair opens on the last tab: let that be the first mutation.
  return definitions.toReversed().flatMap(definition => {
    const name = /^(?:query|mutation) (\w+)/.exec(definition)?.[1];
    if (!name) return [];
    const used = fragments.filter(part => definition.includes(`...${/^fragment (\w+)/.exec(part)?.[1]}`));
    return [
      {
        initialName: name,
        initialQuery: [definition, ...used].join('\n\n'),
        initialVariables: JSON.stringify(variablesOf(name, livemode), null, 2),
      },
    ];
  });
}

/** Of the sandbox's people; a live server would be asked about nobody by a mere click, and pays for what it is asked. */
function variablesOf(operation: string, livemode: boolean): Record<string, unknown> {
  const nationalId = livemode ? '' : '9990000018';
  const variables: Record<string, Record<string, unknown>> = {
    VerifyMobile: { input: { nationalId, mobileNumber: livemode ? '' : '09123456789' } },
    VerifyCard: {
      input: {
        nationalId,
        cardNumber: livemode ? '' : '6037991234567893',
        birthDate: livemode ? '' : '1370/01/31',
      },
    },
    Verification: { id: '' },
    Verifications: { ids: [] },
  };
  return variables[operation] ?? {};
}
