// The load generator of `npm run bench`: a process of its own, told by messages what to ask. Raw sockets and ready-made
// requests, so that it costs a fraction of what it measures; every answer is looked at.
import { connect } from 'node:net';

const MUTATION =
  'mutation V($input: VerifyMobileInput!) { verifyMobile(input: $input) { id isMatched checkedAt source livemode } }';
const KINDS = {
  live: { query: MUTATION, variables: n => ({ input: person(n) }), expected: 'atched":true' },
  record: {
    query: MUTATION,
    variables: n => ({ input: { ...person(n % 1000), maxAgeSeconds: 86_400 } }),
    expected: '"source":"RECORD"',
  },
  refused: {
    query: MUTATION,
    variables: n => ({ input: { ...person(n), nationalId: '0012345670' } }),
    expected: 'BAD_USER_INPUT',
  },
  tokenStatus: {
    query: '{ tokenStatus { state expiresAt generation livemode } }',
    expected: '"state":"VALID"',
  },
};

process.on('message', order => void run(order).then(figures => process.send(figures)));

/** Asks questions number `from` to `from + count`; gives times in ms and the seconds that all took. */
async function run({ port, authorization, kind, from, count, connections }) {
  const times = [];
  const startedAt = performance.now();
  let next = from;
  let over = false;
  // Never asleep while it asks: to wake a sleeper on another core costs the writer some 20 us on a virtual machine, and
  // only the servers that leave the generator time to sleep would pay it.
  const stayAwake = () => over || setImmediate(stayAwake);
  stayAwake();
  const take = () => (next < from + count ? next++ : null);
  await Promise.all(
    Array.from({ length: Math.min(connections, count) }, () =>
      lane({ port, authorization, kind, take, times }),
    ),
  );
  over = true;
  times.sort((a, b) => a - b);
  const at = share => times[Math.floor(times.length * share)];
  return { seconds: (performance.now() - startedAt) / 1000, p50: at(0.5), p99: at(0.99) };
}

function lane({ port, authorization, kind, take, times }) {
  const { expected } = KINDS[kind];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    let text = '';
    let sentAt = 0;
    const send = () => {
      const number = take();
      if (number === null) return (socket.end(), resolve());
      sentAt = performance.now();
      socket.write(requestOf(kind, number, authorization));
    };
    socket.on('connect', send);
    socket.on('data', chunk => {
      text += chunk;
      if (!isWhole(text)) return;
      times.push(performance.now() - sentAt);
      if (!text.includes(expected)) return (socket.destroy(), reject(new Error(`not ${expected}: ${text}`)));
      text = '';
      send();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection ended'))); // nothing happens when all is asked
  });
}

function isWhole(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, end));
  if (!length) throw new Error(`a reply without a length: ${text}`);
  return text.length >= end + 4 + Number(length[1]);
}

function requestOf(kind, number, authorization) {
  const { query, variables } = KINDS[kind];
  const body = JSON.stringify({ query, ...(variables && { variables: variables(number) }) });
  return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\n${
    authorization ? `authorization: ${authorization}\r\n` : ''
  }content-length: ${body.length}\r\n\r\n${body}`;
}

/** Somebody else for each number below ten millions: a valid national ID and a mobile number. */
function person(number) {
  const nine = `99${String(number % 10_000_000).padStart(7, '0')}`;
  const sum = [...nine].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0) % 11;
  const nationalId = `${nine}${sum < 2 ? sum : 11 - sum}`;
  return { nationalId, mobileNumber: `0912${nine.slice(2)}` };
}
