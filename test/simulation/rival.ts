import type { Chance } from './chance.ts';
import type { Freeze, Passed } from './incarnation.ts';
import type { SyncEnding, World } from './world.ts';

/** A process that still lives while another one takes its work over. */
export interface Rival {
  readonly ending: Promise<SyncEnding>;
  /** How far the clock of the one that takes over is ahead: far enough to take the lease of one that renews it. */
  readonly clockShiftMs: number;
  readonly story: string;
}

/** Begins a sync that stands still on its way, or that is at work while somebody with another clock begins. */
export async function beginRival(world: World, chance: Chance, passed: Passed): Promise<Rival> {
  return chance.hits(0.7) ? beginFrozen(world, chance, passed) : beginRobbed(world, chance);
}

async function beginFrozen(world: World, chance: Chance, passed: Passed): Promise<Rival> {
  const { time } = world;
  const freeze = drawFreeze(chance, passed);
  const { ending, frozen } = world.startSync({ freeze });
  const isFrozen = await time.run(Promise.race([frozen.then(() => true), ending.then(() => false)]));
  if (isFrozen) world.faults.add(STANDS_STILL);
  // Before its lease ends, after it, or after it woke.
  await time.runUntil(time.nowMs + chance.pick([1, 10_000, 21_000, 21_000, 50_000]));
  const story = isFrozen
    ? `stands still for ${freeze.forMs} ms before ${freeze.before} ${freeze.number}`
    : 'ends before it stands still';
  return { ending, clockShiftMs: 0, story };
}

async function beginRobbed(world: World, chance: Chance): Promise<Rival> {
  const { time } = world;
  const { ending } = world.startSync({});
  await time.runUntil(time.nowMs + chance.whole(1, chance.pick([2_000, 10_000, 40_000])));
  world.faults.add(ROBBED);
  const clockShiftMs = chance.whole(21_000, 240_000);
  return { ending, clockShiftMs, story: `meets a machine whose clock is ${clockShiftMs} ms ahead` };
}

export const STANDS_STILL = 'process stands still';
export const ROBBED = 'lease taken from the living';

/** Most stop at a write, where most can go wrong, and for longer than a lease lasts. */
function drawFreeze(chance: Chance, passed: Passed): Freeze {
  const forMs = chance.pick([8_000, 19_000, 25_000, 40_000, 100_000, 400_000]);
  const before = chance.hits(0.7) ? 'write' : 'operation';
  const number = chance.whole(1, Math.max(6, before === 'write' ? passed.write : passed.operation));
  return { before, number, forMs };
}
