import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Cin7Allowance } from '../../src/simulators/cin7/index.ts';
import type { DataSize } from './data-set.ts';
import type { FarSideAsk, FarSideReply, Place, Tally } from './far-side-talk.ts';

const PROGRAM = resolve(import.meta.dirname, 'far-side-program.ts');
/** A million rows of JDE take some gigabytes. */
const HEAP_MEGABYTES_MAX = 10_000;
/** More than any connector can call. */
const UNTHROTTLED: Cin7Allowance = { calls: 10_000_000, windowMs: 60_000 };

/** JDE and Cin7, simulated by another process. */
export interface FarSide {
  readonly crosswalkPath: string;
  where(): Promise<Place>;
  /** Calls since the last time that somebody asked. */
  tally(): Promise<Tally>;
  /** Writes down the calls that come in while the work is under way. */
  recorded<T>(path: string, work: () => Promise<T>): Promise<T>;
  /** Starts Cin7 anew, on another port, as it was before the first call. */
  emptyCin7(): Promise<Place>;
  stop(): Promise<void>;
}

interface Waiter {
  readonly done: (reply: FarSideReply) => void;
  readonly fail: (error: Error) => void;
}

export async function startFarSide(
  size: DataSize,
  options: { readonly folder: string; readonly allowance?: Cin7Allowance },
): Promise<FarSide> {
  const child = fork(PROGRAM, { execArgv: [`--max-old-space-size=${HEAP_MEGABYTES_MAX}`] });
  const exited = once(child, 'exit');
  const waiting = new Map<number, Waiter>();
  child.on('message', (message) => {
    // Both ends are of this folder.
    const { id, reply, error } = message as { id: number; reply: FarSideReply; error?: string };
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.done(reply);
    else waiter?.fail(new Error(error));
  });
  child.on('exit', (code) => {
    for (const waiter of waiting.values()) waiter.fail(new Error(`The simulators ended with ${code}.`));
  });
  let last = 0;
  const say = (message: object): Promise<FarSideReply> =>
    new Promise((done, fail) => {
      last += 1;
      waiting.set(last, { done, fail });
      child.send({ id: last, ...message });
    });
  const ask = (question: FarSideAsk): Promise<FarSideReply> => say({ ask: question });
  const crosswalkPath = join(options.folder, 'crosswalk.csv');
  await say({ order: { size, allowance: options.allowance ?? UNTHROTTLED, crosswalkPath } });
  return {
    crosswalkPath,
    // Each question has one form of answer.
    where: async () => (await ask({ do: 'where' })) as Place,
    tally: async () => (await ask({ do: 'tally' })) as Tally,
    emptyCin7: async () => (await ask({ do: 'emptyCin7' })) as Place,
    async recorded(path, work) {
      await ask({ do: 'record', path });
      try {
        return await work();
      } finally {
        await ask({ do: 'stopRecording' });
      }
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
