import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from './context.ts';
import { startFarSide } from './far-side.ts';
import { figure, quantile } from './figures.ts';
import { cpuSecondsOf, memoryOf, type Running, runMeasured, startMeasured } from './processes.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const BARE_SERVER = resolve(import.meta.dirname, 'bare-server.mjs');
const READY_MS_MAX = 60_000;
const SMALL = { suppliers: 10, orders: 10, linesOfOrder: 5, changedToday: false };

export const coldStart: Benchmark = {
  name: 'cold-start',
  what: 'From the start of the process to the first answer of /readyz that says yes, and to the end of `--help`.',
  async *run(context) {
    const times = context.quick ? 3 : 9;
    const helps = await inTurn(times, async () => runMeasured({ args: [...context.program, '--help'] }));
    const nothings = await inTurn(times, async () => runMeasured({ args: ['--eval', '0'] }));
    yield figure('cold-start/help/time', {
      value: middle(helps.map(({ seconds }) => seconds)),
      unit: 's',
      floor: middle(nothings.map(({ seconds }) => seconds)),
    });
    yield figure('cold-start/help/cpu', {
      value: middle(helps.map(({ cpuSeconds }) => cpuSeconds)),
      unit: 'CPU-seconds',
      floor: middle(nothings.map(({ cpuSeconds }) => cpuSeconds)),
    });
    for (const store of context.stores) {
      const farSide = await startFarSide(SMALL, { folder: context.newFolder() });
      try {
        const workplace = await openWorkplace({ context, farSide, store });
        // The first one makes the key of the vault.
        await untilReady((port) => startServe(workplace, port), '/readyz').then(end);
        const ready = await inTurn(times, () =>
          startAndEnd((port) => startServe(workplace, port), '/readyz'),
        );
        const bare = await inTurn(times, () => startAndEnd(startBareServer, '/'));
        yield figure(`cold-start/serve/${store}/time`, {
          value: middle(ready),
          unit: 's',
          floor: middle(bare),
          goal: 1,
        });
      } finally {
        await farSide.stop();
      }
    }
  },
};

export const idle: Benchmark = {
  name: 'idle',
  what: 'A server with one connection and nothing due: memory, CPU and calls, after a run of that connection.',
  async *run(context) {
    const seconds = context.quick ? 5 : 120;
    const bare = await restOf(startBareServer, '/', seconds);
    for (const store of context.stores) {
      const farSide = await startFarSide(SMALL, { folder: context.newFolder() });
      try {
        const workplace = await openWorkplace({ context, farSide, store });
        await workplace.run('sync', '--json');
        await farSide.tally();
        const served = await restOf((port) => startServe(workplace, port), '/readyz', seconds);
        const { jde, cin7 } = await farSide.tally();
        if (served === undefined || bare === undefined) continue; // This system does not tell what a process uses.
        yield figure(`idle/${store}/memory`, {
          value: served.megabytes,
          unit: 'MB',
          floor: bare.megabytes,
          goal: 120,
        });
        yield figure(`idle/${store}/cpu-of-an-hour`, {
          value: (served.cpuSeconds / seconds) * 3_600,
          unit: 'CPU-seconds',
          floor: (bare.cpuSeconds / seconds) * 3_600,
        });
        yield figure(`idle/${store}/jde-calls`, { value: jde.length, unit: 'calls', goal: 0 });
        yield figure(`idle/${store}/cin7-calls`, { value: cin7.length, unit: 'calls', goal: 0 });
      } finally {
        await farSide.stop();
      }
    }
  },
};

function startServe(workplace: Workplace, port: number): Running {
  return workplace.start('serve', '--port', String(port), '--json');
}

function startBareServer(port: number): Running {
  return startMeasured({ args: [BARE_SERVER, String(port)] });
}

type Start = (port: number) => Running;

async function startAndEnd(start: Start, path: string): Promise<number> {
  const ready = await untilReady(start, path);
  await end(ready);
  return ready.seconds;
}

async function restOf(
  start: Start,
  path: string,
  seconds: number,
): Promise<{ readonly megabytes: number; readonly cpuSeconds: number } | undefined> {
  const ready = await untilReady(start, path);
  try {
    // What starting left to be done is no rest.
    await delay(3_000);
    const before = cpuSecondsOf(ready.running.pid);
    await delay(seconds * 1_000);
    const after = cpuSecondsOf(ready.running.pid);
    const megabytes = memoryOf(ready.running.pid);
    if (before === undefined || after === undefined || megabytes === undefined) return undefined;
    return { megabytes, cpuSeconds: after - before };
  } finally {
    await end(ready);
  }
}

interface Ready {
  readonly running: Running;
  readonly seconds: number;
}

async function untilReady(start: Start, path: string): Promise<Ready> {
  const port = await freePort();
  const startedAt = performance.now();
  const running = start(port);
  let over = false;
  void running.ended.then(() => (over = true));
  for (;;) {
    const takenMs = performance.now() - startedAt;
    const isReady = await fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ ok }) => ok,
      () => false, // It does not listen yet.
    );
    if (isReady) return { running, seconds: (performance.now() - startedAt) / 1_000 };
    if (over || takenMs > READY_MS_MAX)
      throw new Error(`It does not become ready: ${over ? (await running.ended).err : 'no answer'}`);
    await delay(5);
  }
}

async function end({ running }: Ready): Promise<void> {
  running.stop('SIGTERM');
  await running.ended;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((found, fail) => {
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function inTurn<T>(times: number, work: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let time = 0; time < times; time += 1) results.push(await work());
  return results;
}

const middle = (values: readonly number[]): number => quantile(values, 0.5);
