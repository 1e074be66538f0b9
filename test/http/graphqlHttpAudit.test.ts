import { expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import type { AuditRequirement, AuditResult } from 'graphql-http';
import { startServer } from '../support/server.ts';

/** The audit suite of GraphQL over HTTP. Its MAY ones are free: half of them are GETs, which would carry personal data in URLs. */
it.each([
  ['MUST', 13],
  ['SHOULD', 23],
] as const)('the server passes each %s of GraphQL over HTTP, %i of them', async (requirement, count) => {
  const { origin } = await startServer();
  const results = await audit(`${origin}/graphql`, requirement);
  const failed = results.filter(result => result.status !== 'ok');
  expect(failed.map(result => `${result.id} ${result.name}: ${reasonOf(result)}`)).toEqual([]);
  expect(results).toHaveLength(count);
});

async function audit(url: string, requirement: AuditRequirement): Promise<AuditResult[]> {
  const audits = serverAudits({ url, fetchFn: fetch }).filter(({ name }) =>
    name.startsWith(`${requirement} `),
  );
  return Promise.all(audits.map(({ fn }) => fn()));
}

function reasonOf(result: AuditResult): string {
  return 'reason' in result ? result.reason : '';
}
