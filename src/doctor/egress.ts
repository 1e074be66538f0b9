import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { networkAdvice } from './networkAdvice.ts';
import type { Report } from './report.ts';

/**
 * Goes the way to `target` step by step, as a call does: name, connection, tunnel of the proxy, TLS. Nothing is asked
 * there. False when a step failed, which has then been reported with what to do.
 */
export async function checkEgress(
  target: URL,
  proxy: URL | null,
  timeoutMs: number,
  report: Report,
): Promise<boolean> {
  const first = proxy ?? target;
  let socket: Socket | null = null;
  const step = async <T>(name: string, what: string, work: () => Promise<T>): Promise<T> => {
    try {
      const result = await inTime(work(), timeoutMs);
      report.ok(name, what);
      return result;
    } catch (error) {
      report.fail(name, `${what}: ${networkAdvice(error)}`);
      throw error;
    }
  };
  try {
    const { address } = await step('DNS', hostOf(first), () => lookup(hostOf(first)));
    await step('TCP', endOf(first), () => once((socket = connect(portOf(first), address)), 'connect'));
    if (proxy?.protocol === 'https:')
      await step('TLS', endOf(proxy), () => once((socket = encrypt(socket!, proxy)), 'secureConnect'));
    if (proxy) await step('proxy', `to ${endOf(target)}`, () => tunnel(socket!, target, proxy));
    if (target.protocol === 'https:')
      await step('TLS', endOf(target), () => once((socket = encrypt(socket!, target)), 'secureConnect'));
    return true;
  } catch {
    return false;
  } finally {
    (socket as Socket | null)?.on('error', () => {}).destroy();
  }
}

function encrypt(socket: Socket, url: URL): Socket {
  const host = hostOf(url);
  return secure({ socket, host, ...(isIP(host) ? {} : { servername: host }) });
}

async function tunnel(socket: Socket, target: URL, { username, password }: URL): Promise<void> {
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = {
    host: endOf(target),
    ...(user === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
  };
  const asked = request({ method: 'CONNECT', path: endOf(target), headers, createConnection: () => socket });
  asked.end();
  const [{ statusCode }] = (await once(asked, 'connect')) as [IncomingMessage];
  if (statusCode === 200) return;
  throw Object.assign(new Error(), { code: statusCode === 407 ? 'PROXY_407' : 'PROXY_REFUSED' });
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'TIMEOUT' })), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

function endOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}
