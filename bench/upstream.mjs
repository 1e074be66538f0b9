// The Paystar of the benchmarks: nginx from Debian, which costs next to nothing, answers always, and counts.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './measure.mjs';

const MATCH = '{"status":1,"message":"ok","data":{"is_matched":true}}';
const key = 'k'.repeat(40);
const KEY = `{"status":1,"message":"ok","data":{"api_key":"${key}","api_key_expire_date":"2099-01-01 00:00:00"}}`;

/** `calls()`: how many paid questions have come in so far. `wrap` goes before the command, to pin it to a core. */
export async function startUpstream(wrap = []) {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const json = 'default_type application/json; access_log off;';
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location /api/service/info-matching/ { ${json} return 200 '${MATCH}'; }
        location /api/refresh-api-key { ${json} return 200 '${KEY}'; }
        location = /count { stub_status; }
      }
    }`,
  );
  const [command, ...args] = [...wrap, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')];
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const origin = `http://127.0.0.1:${port}`;
  let own = 0;
  const requests = async () => {
    own += 1;
    const text = await (await fetch(`${origin}/count`)).text();
    return Number(/(\d+) (\d+) (\d+)/.exec(text)[3]) - own;
  };
  while (!(await requests().then(Number.isFinite, () => ((own = 0), false))))
    await new Promise(r => setTimeout(r, 20));
  return {
    origin,
    baseUrl: `${origin}/api`,
    refreshUrl: `${origin}/api/refresh-api-key`,
    calls: requests,
    close() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
