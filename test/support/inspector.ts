import { once } from 'node:events';
import type { TestProcess } from './process.ts';

/** What the process looks like from within, by Node's inspector: the server itself has no such hook. */
export interface Inspector {
  /** Starts the event loop's delay monitor anew. */
  watchLoop(): Promise<void>;
  /** After a full garbage collection. */
  footprint(): Promise<{ heapMb: number; handles: Record<string, number>; loopP99Ms: number }>;
  close(): void;
}

/** Of a process started with `--inspect=127.0.0.1:0`. */
export async function inspect(server: TestProcess): Promise<Inspector> {
  const url = /ws:\S+/.exec(await server.line(/Debugger listening on ws:/))![0];
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (result: any) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let calls = 0;
  const call = (method: string, params = {}) =>
    new Promise<any>(resolve => {
      waiting.set((calls += 1), resolve);
      socket.send(JSON.stringify({ id: calls, method, params }));
    });
  const evaluate = async (expression: string) =>
    (await call('Runtime.evaluate', { expression, returnByValue: true })).result.value;
  return {
    watchLoop: () =>
      evaluate(`globalThis.loop?.disable();
        globalThis.loop = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 });
        loop.enable(); undefined`),
    footprint: async () => {
      for (let times = 0; times < 3; times += 1) await call('HeapProfiler.collectGarbage');
      const [heap, names, loop] = await evaluate(
        '[process.memoryUsage().heapUsed, process.getActiveResourcesInfo(), loop.percentile(99)]',
      );
      const handles: Record<string, number> = {};
      for (const name of names) if (name !== 'Immediate') handles[name] = (handles[name] ?? 0) + 1;
      return { heapMb: heap / 2 ** 20, handles, loopP99Ms: loop / 1e6 };
    },
    close: () => socket.close(),
  };
}
