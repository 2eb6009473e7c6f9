import { chanceOf } from './chance.ts';
import { drawCircumstances } from './circumstances.ts';
import { drawCompany } from './company.ts';
import type { Finding } from './judge.ts';
import { Player } from './player.ts';
import { Stage } from './stage.ts';
import { type TargetChange, World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  readonly story: readonly string[];
  readonly findings: readonly Finding[];
  readonly faults: Readonly<Record<string, number>>;
  readonly syncs: number;
}

/** Ways to break the connector on purpose. */
export interface SeedOptions {
  readonly changeTarget?: TargetChange;
  /** Replaces what the connector believes of the lag of Cin7's lists. */
  readonly believedLagSeconds?: number;
}

const MINUTE_MS = 60_000;

/** Days around which clocks change, months end and years end. */
const STARTS = [
  '2026-03-06',
  '2026-03-27',
  '2026-10-23',
  '2026-10-30',
  '2026-02-27',
  '2026-12-30',
  '2028-02-27',
] as const;

/** Plays one seed: several days in two systems with everything going wrong, then peace, then the verdict. */
export async function simulateSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const chance = chanceOf(seed);
  const day = chance.pick(STARTS);
  const startMs = Date.parse(`${day}T00:00:00Z`) + chance.whole(0, 24 * 60) * MINUTE_MS;
  const company = drawCompany(chance.branch('company'), day);
  const circumstances = drawCircumstances(chance.branch('circumstances'));
  const world = await World.start({ company, circumstances, chance, startMs, ...options });
  const stage = new Stage(world);
  try {
    stage.tell(`circumstances ${JSON.stringify(circumstances)}`);
    const player = new Player(stage, chance.branch('story'), company.unmapped);
    const findings = await player.play();
    return {
      seed,
      story: stage.story,
      findings,
      faults: Object.fromEntries([...world.faults.byKind].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      syncs: player.syncs,
    };
  } finally {
    await world.stop();
  }
}
