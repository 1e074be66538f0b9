import { startSandbox } from '../sandbox.ts';
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

const sandbox = await startSandbox();
const customers = await startCustomers();
const gateway = await start({ identity: sandbox.url, customers: customers.url }, PORT);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
process.stdout.write(`The gateway listens on ${gateway.url}. A question, then its answer through the customer:

curl -s ${gateway.url} -H 'content-type: application/json' -d '{"query": "mutation { verifyMobile(input: { nationalId: \\"9990000018\\", mobileNumber: \\"09123456789\\" }) { id } }"}'
curl -s ${gateway.url} -H 'content-type: application/json' -d '{"query": "mutation { linkCustomer(id: \\"c1\\", mobile: \\"THE ID\\") { id mobileVerification { isMatched checkedAt } } }"}'
`);

async function stop(): Promise<void> {
  sandbox.close();
  await Promise.all([gateway.close(), customers.close()]);
  process.exit(0);
}
