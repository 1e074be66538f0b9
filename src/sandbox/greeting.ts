import { MISMATCH_NATIONAL_ID, SAMPLE_NATIONAL_ID, magicMobile } from './paystar.ts';

/** What `npm run sandbox` prints: where it listens, and three commands to paste. */
export function greeting(url: string, colours: boolean): string {
  const bold = (text: string) => (colours ? `\u001b[1m${text}\u001b[0m` : text);
  const dim = (text: string) => (colours ? `\u001b[2m${text}\u001b[0m` : text);
  const examples = [
    ['a match', SAMPLE_NATIONAL_ID, '09123456789'],
    ['a mismatch', MISMATCH_NATIONAL_ID, '09123456789'],
    [
      'an error: the wallet is empty, and questions pause for a minute',
      SAMPLE_NATIONAL_ID,
      magicMobile('0009'),
    ],
  ] as const;
  const lines = examples.flatMap(([what, nationalId, mobile]) => [
    '',
    dim(`# ${what}`),
    command(url, nationalId, mobile),
  ]);
  return [
    `${bold('paystar-identity-graphql')} with a Paystar that lives on this machine; nothing costs money.`,
    `Listening on ${bold(url)}; the README lists the inputs that give every other answer.`,
    ...lines,
    '',
    '',
  ].join('\n');
}

function command(url: string, nationalId: string, mobileNumber: string): string {
  const query = `mutation { verifyMobile(input: { nationalId: \\"${nationalId}\\", mobileNumber: \\"${mobileNumber}\\" }) { id isMatched checkedAt source livemode } }`;
  return `curl -s ${url} -H 'content-type: application/json' -d '{"query": "${query}"}'`;
}
