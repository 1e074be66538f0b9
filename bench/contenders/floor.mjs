// The floor: a bare node:http server that forwards each body to the upstream through an undici pool, and the answer back.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const upstream = new URL(process.env.PAYSTAR_BASE_URL);
const pool = new Pool(upstream.origin, { connections: 64, pipelining: 1, allowH2: false });
const path = `${upstream.pathname}/service/info-matching/mobile-national-id`;
const headers = { accept: 'application/json', 'content-type': 'application/json' };

createServer((request, response) => {
  if (request.method === 'GET') return void response.end(); // the question whether it is up
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => void forward(Buffer.concat(chunks), response));
}).listen(Number(process.env.PORT), '127.0.0.1');

async function forward(body, response) {
  const reply = await pool.request({ path, method: 'POST', headers, body });
  const text = await reply.body.text();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
