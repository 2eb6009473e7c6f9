import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, Context } from './context.ts';
import { type FarSide, startFarSide } from './far-side.ts';
import type { CallOf } from './far-side-talk.ts';
import { type Figure, figure } from './figures.ts';
import { startMeasured } from './processes.ts';
import type { StoreKind } from './stores.ts';
import { openWorkplace } from './workplace.ts';

const CALLS = 60;
const BARE_CALLER = resolve(import.meta.dirname, 'bare-caller.mjs');
const QUICKER_SYNC = resolve(import.meta.dirname, 'quicker-sync.ts');
/** A window of the quick run takes a fifth of the real one: the clock of that sync goes five times as fast. */
const QUICK = { speed: 5, windows: 4 };
const REAL = { speed: 1, windows: 10 };
const WAIT_MS_MAX = 60_000;

export const allowance: Benchmark = {
  name: 'allowance',
  what: 'How much of 60 calls a minute a sync with plenty to do uses in ten minutes (quick: four, at five times the pace), and refusals.',
  async *run(context) {
    const { speed, windows } = context.quick ? QUICK : REAL;
    const figures = context.stores.map((store) => useOfStore(context, store, { speed, windows }));
    // They wait most of the time: side by side they take no longer.
    for (const ofStore of await Promise.all(figures)) yield* ofStore;
  },
};

async function useOfStore(
  context: Context,
  store: StoreKind,
  { speed, windows }: typeof REAL,
): Promise<readonly Figure[]> {
  const windowMs = 60_000 / speed;
  const spanMs = windows * windowMs;
  const size = { suppliers: CALLS * (windows + 2), orders: 0, linesOfOrder: 0, changedToday: false };
  const terms = { folder: context.newFolder(), allowance: { calls: CALLS, windowMs } };
  const farSide = await startFarSide(size, terms);
  const bareSide = await startFarSide(size, terms);
  try {
    const workplace = await openWorkplace({ context, farSide, store, callsPerMinute: CALLS });
    const bare = await bareSide.where();
    const sync =
      speed === 1
        ? workplace.start('sync', '--json')
        : startMeasured({
            args: [QUICKER_SYNC, 'ml-connector.yaml', String(speed)],
            cwd: workplace.folder,
            env: workplace.env,
          });
    const caller = startMeasured({
      args: [BARE_CALLER, bare.cin7Url, bare.accountId, bare.applicationKey, String(CALLS), String(windowMs)],
    });
    const [used, floor] = await Promise.all([
      callsWithin(farSide, spanMs, (what) => what === 'POST /supplier'),
      callsWithin(bareSide, spanMs, () => true),
    ]);
    sync.stop('SIGTERM');
    caller.stop('SIGTERM');
    await Promise.all([sync.ended, caller.ended]);
    const most = CALLS * windows;
    return [
      figure(`allowance/${store}/use`, {
        value: (used.calls / most) * 100,
        unit: '%',
        floor: (floor.calls / most) * 100,
        goal: 98,
        goalIsLeast: true,
      }),
      figure(`allowance/${store}/refusals`, { value: used.refusals, unit: 'calls', goal: 0 }),
    ];
  } finally {
    await Promise.all([farSide.stop(), bareSide.stop()]);
  }
}

/** Calls that Cin7 accepted in a span of whole windows, from the first one of the work itself on: before it JDE is read. */
async function callsWithin(
  farSide: FarSide,
  spanMs: number,
  isWork: (what: string) => boolean,
): Promise<{ readonly calls: number; readonly refusals: number }> {
  const accepted: CallOf[] = [];
  let refusals = 0;
  const startedAtMs = Date.now();
  for (;;) {
    const tally = await farSide.tally();
    accepted.push(...tally.cin7.filter(({ status }) => status > 0 && status < 400));
    refusals += tally.refusals;
    const first = accepted.find(({ what }) => isWork(what))?.at;
    if (first === undefined && Date.now() > startedAtMs + WAIT_MS_MAX) throw new Error('Nobody calls Cin7.');
    if (first !== undefined && Date.now() > first + spanMs + 500)
      return { calls: accepted.filter(({ at }) => at >= first && at < first + spanMs).length, refusals };
    await delay(200);
  }
}
