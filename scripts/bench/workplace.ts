import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Context } from './context.ts';
import type { FarSide } from './far-side.ts';
import { type Measured, type Running, runMeasured, startMeasured } from './processes.ts';
import type { StoreKind } from './stores.ts';

const BARE_LOOP = resolve(import.meta.dirname, 'bare-loop.mjs');
const WRITES_AT_ONCE = 4;

interface WorkplaceOptions {
  readonly context: Context;
  readonly farSide: FarSide;
  readonly store: StoreKind;
  readonly callsPerMinute?: number;
}

/** A folder with a configuration, in which the program is run as a customer would. */
export interface Workplace {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Measured>;
  start(...args: readonly string[]): Running;
  /** Runs the program, and then the bare loop with the same calls. */
  runAndReplay(options: {
    readonly args: readonly string[];
    /** Before the same calls are made again, Cin7 starts anew. */
    readonly emptyCin7: boolean;
    readonly afterRun: () => Promise<void>;
  }): Promise<{ readonly measured: Measured; readonly floor: Measured }>;
  readonly env: Readonly<Record<string, string>>;
}

/** Opens one with an empty store and the codes imported. */
export async function openWorkplace(options: WorkplaceOptions): Promise<Workplace> {
  const { context, farSide, store } = options;
  const folder = context.newFolder();
  const place = await farSide.where();
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'ml-connector.yaml'),
    stringify({
      version: 1,
      store: { sqlite: 'store.db' },
      connections: [
        {
          name: 'main',
          outbound: { allowHosts: [new URL(place.jdeUrl).host, new URL(place.cin7Url).host] },
          jde: { url: place.jdeUrl, environment: 'JDV920', role: '*ALL' },
          cin7: {
            url: place.cin7Url,
            callsPerMinute: options.callsPerMinute ?? 600_000,
            writesAtOnce: WRITES_AT_ONCE,
          },
        },
      ],
    }),
  );
  const env = {
    ML_CONNECTOR_MAIN_JDE_USER: 'JDE',
    ML_CONNECTOR_MAIN_JDE_PASSWORD: 'JDE',
    ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: place.accountId,
    ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: place.applicationKey,
    DATABASE_URL: store === 'sqlite' ? '' : await context.newPostgresUrl(),
  };
  const order = (args: readonly string[]) => ({ args: [...context.program, ...args], cwd: folder, env });
  const run = (...args: readonly string[]): Promise<Measured> => runMeasured(order(args));
  await run('crosswalk', 'import', farSide.crosswalkPath);
  await farSide.tally();
  return {
    folder,
    env,
    run,
    start: (...args) => startMeasured(order(args)),
    async runAndReplay({ args, emptyCin7, afterRun }) {
      const recording = join(folder, 'calls.jsonl');
      const measured = await farSide.recorded(recording, () => run(...args));
      await afterRun();
      return { measured, floor: await replay(farSide, recording, emptyCin7) };
    },
  };
}

const REFUSED_SHARE_MAX = 0.02;

async function replay(farSide: FarSide, recording: string, emptyCin7: boolean): Promise<Measured> {
  const place = emptyCin7 ? await farSide.emptyCin7() : await farSide.where();
  const floor = await runMeasured({
    args: [BARE_LOOP, recording, place.jdeUrl, place.cin7Url, String(WRITES_AT_ONCE)],
  });
  const { calls, refused } = JSON.parse(floor.out) as { calls: number; refused: number }; // The loop prints it.
  // A refusal is a smaller answer: a floor of refusals would be none.
  if (refused > calls * REFUSED_SHARE_MAX)
    throw new Error(`${refused} of ${calls} calls of the bare loop were refused: it is no floor.`);
  return floor;
}
