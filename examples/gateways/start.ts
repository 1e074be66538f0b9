import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startApollo } from './apollo.ts';
import { startCustomers } from './customers.ts';
import { startHive } from './hive.ts';
import type { Running, Subgraphs } from './serve.ts';
import { startDirectives, startFromSdl, startPlain } from './stitching.ts';

/** `npm run example:…`: the sandbox, the customers, and a gateway before both, until Ctrl-C. */
const WAYS: Record<string, (subgraphs: Subgraphs, port: number) => Promise<Running>> = {
  apollo: startApollo,
  stitching: startDirectives,
  'stitching-plain': startPlain,
  'stitching-sdl': startFromSdl,
  hive: startHive,
};
const PORT = 4100;

const [, , way = ''] = process.argv;
const start = WAYS[way];
if (!start) throw new Error(`expected one of: ${Object.keys(WAYS).join(', ')}`);

const sandbox = spawn(
  process.execPath,
  [fileURLToPath(new URL('../../dist/sandbox/main.js', import.meta.url))],
  { env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] },
);
const customers = await startCustomers();
const gateway = await start({ identity: await urlOf(sandbox.stdout), customers: customers.url }, PORT);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
process.stdout.write(`The gateway listens on ${gateway.url}. A question, then its answer through the customer:

curl -s ${gateway.url} -H 'content-type: application/json' -d '{"query": "mutation { verifyMobile(input: { nationalId: \\"9990000018\\", mobileNumber: \\"09123456789\\" }) { id } }"}'
curl -s ${gateway.url} -H 'content-type: application/json' -d '{"query": "mutation { linkCustomer(id: \\"c1\\", mobile: \\"THE ID\\") { id mobileVerification { isMatched checkedAt } } }"}'
`);

async function stop(): Promise<void> {
  sandbox.kill();
  await Promise.all([gateway.close(), customers.close()]);
  process.exit(0);
}

/** Where the sandbox listens; it is read on after that, or a full pipe would stop it. */
function urlOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface(output);
    lines.on('line', line => {
      const url = /http:\/\/\S+\/graphql/.exec(line)?.[0];
      if (url) resolve(url);
    });
    lines.on('close', () => reject(new Error('the sandbox ended')));
  });
}
