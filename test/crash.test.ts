import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { chanceFrom } from './crash/chance.ts';
import { runCourse } from './crash/course.ts';
import { canTrace, copyStore, flawsOfCopy, readTrace, type Traced, tracing } from './crash/durability.ts';
import { judge } from './crash/end-state.ts';
import { MUTANTS, UNSYNCED } from './crash/mutants.ts';
import { cutEverywhere, type DiskStory, traceDisk } from './crash/power-cut.ts';
import {
  type Crashed,
  crash,
  everyNth,
  inParallel,
  isCreating,
  isFine,
  type Point,
  type Reference,
  storyOf,
  takeReference,
} from './crash/sweep.ts';
import { VARIANTS, type Variant, variantNamed } from './crash/variants.ts';
import { workload } from './crash/workload.ts';
import { IMPORT, openWorld, type Rewrite, SYNC } from './crash/world.ts';

/**
 * A sample; `node scripts/crash-boundaries.ts --every` takes every boundary. Which ones fall into the sample changes from day to day:
 * the number of the day is the seed, and `ML_CONNECTOR_CRASH_SEED` sets another.
 */
const SEED = Number(process.env['ML_CONNECTOR_CRASH_SEED'] ?? Math.floor(Date.now() / 86_400_000));
/** A process that is started and killed waits more than it works. */
const AT_ONCE = 5;
const LASTS_MAX_MS = 900_000;

const work = workload();
const random = chanceFrom(SEED);

/** The undisturbed course of each variant, gone through once. */
const references = new Map<string, Promise<Reference>>();

function referenceOf(variant: Variant): Promise<Reference> {
  const known = references.get(variant.name) ?? takeReference(variant, work);
  references.set(variant.name, known);
  return known;
}

const isUnanswered = (point: Point): boolean => isCreating(point) && point.kind === 'call sent';
const isUpdateUnsent = ({ kind, what }: Point): boolean =>
  kind === 'call not sent' && what === 'PUT /ExternalApi/v2/supplier';

const NEEDS = ' (needs strace, and leave to use it)';

interface Sample {
  /** Of how many boundaries one is taken. */
  readonly stride: number;
  /** Those that are taken in any case. */
  readonly always?: (point: Point) => boolean;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  usual: { stride: 120, always: (point) => isUnanswered(point) && point.n % 6 === SEED % 6 },
  'one-by-one': { stride: 300 },
  redo: { stride: 150 },
  'changes-while-down': { stride: 80 },
  // What is to be updated carries our marker already: that it is found does not mean that it was updated.
  restored: { stride: 120, always: isUpdateUnsent },
  lag: { stride: 300 },
  'power-cut': { stride: 240, always: (point) => isUnanswered(point) && point.n % 48 === SEED % 48 },
};

function expectFine(crashes: readonly Crashed[]): void {
  const stories = crashes.filter((crashed) => !isFine(crashed)).map(storyOf);
  expect(stories.join('\n\n'), `seed ${SEED}`).toBe('');
}

describe(`a process that is killed between two steps (seed ${SEED})`, () => {
  for (const variant of VARIANTS) {
    test.skipIf(variant.cutsPower === true && !canTrace())(
      `leaves nothing lost, doubled or wrong: ${variant.name}, ${variant.what}${variant.cutsPower === true ? NEEDS : ''}`,
      async () => {
        const { stride, always } = SAMPLES[variant.name] ?? { stride: 50 };
        const reference = await referenceOf(variant);
        const sample = new Set(everyNth(reference.points, { stride, offset: Math.floor(random() * stride) }));
        if (always !== undefined) for (const point of reference.points.filter(always)) sample.add(point);
        const crashes = await inParallel([...sample], AT_ONCE, ({ step, n }) =>
          // Whose process takes up the work of the dead one makes no difference; where it is this one, it is there sooner.
          crash(reference, work, { step, at: n }, { recoverHere: n % 4 !== 0 }),
        );
        expect(crashes.some(({ course }) => course.deaths.length > 0)).toBe(true);
        expectFine(crashes);
      },
      LASTS_MAX_MS,
    );
  }

  test(
    'may be killed again while it takes up the work',
    async () => {
      const reference = await referenceOf(variantNamed('usual'));
      const firsts = reference.points.filter(isUnanswered);
      const kills = Array.from({ length: 4 }, () => {
        const first = firsts[Math.floor(random() * firsts.length)];
        const boundaries = reference.course.steps[first?.step ?? 1]?.length ?? 1;
        const again = [1, 2].map(() => 1 + Math.floor((random() * boundaries) / 2));
        return { step: first?.step ?? 1, at: first?.n ?? 1, again };
      });
      const crashes = await inParallel(kills, AT_ONCE, (kill) => crash(reference, work, kill));
      expect(crashes.some(({ course }) => course.deaths.length > 1)).toBe(true);
      expectFine(crashes);
    },
    LASTS_MAX_MS,
  );
});

describe('a deliberate mistake is brought to light', () => {
  for (const mutant of MUTANTS) {
    test(
      `${mutant.name} loses or doubles something`,
      async () => {
        const { rewrite, variant } = mutant;
        const reference = await referenceOf(variant);
        const unharmed = await runCourse({ variant, work, rewrite, count: true });
        // Without a crash nobody would notice it.
        expect(unharmed.flaws).toEqual([]);
        expect(judge(reference.course.end, unharmed.end)).toEqual({ lost: [], doubled: [], wrong: [] });
        const points = unharmed.steps.flatMap((step, number) =>
          step.map((boundary) => ({ ...boundary, number: boundary.n, step: number })),
        );
        const struck = points.filter((point) => mutant.strikes(point)).slice(0, 3);
        const crashes = await inParallel(struck, AT_ONCE, ({ step, n }) =>
          crash(reference, work, { step, at: n }, { rewrite }),
        );
        const found = crashes.flatMap(({ verdict }) => [...verdict.lost, ...verdict.doubled]);
        expect(found.filter((name) => /^(supplier|purchase) /.test(name))).not.toEqual([]);
      },
      LASTS_MAX_MS,
    );
  }
});

describe('what is committed', () => {
  test('is an intent before each call that makes a purchase', async () => {
    const { course } = await referenceOf(variantNamed('one-by-one'));
    const [, firstLoad = []] = course.steps;
    let noted = 0;
    for (const { kind, what } of firstLoad) {
      if (kind === 'commit done' && /\bintents\b/.test(what) && !/\bstage\b/.test(what)) noted += 1;
      if (kind !== 'call not sent' || what !== 'POST /ExternalApi/v2/advanced-purchase') continue;
      expect(noted).toBeGreaterThan(0);
      noted = 0;
    }
  });

  describe.skipIf(!canTrace())(`is on disk before a call to Cin7 leaves${NEEDS}`, () => {
    const traced = async (rewrite?: Rewrite): Promise<Traced & { readonly writes: number }> => {
      const world = await openWorld(variantNamed('usual'), work);
      try {
        await world.runHere(IMPORT);
        const file = join(world.folder, 'trace.txt');
        expect(await world.run(SYNC, { under: tracing(file), rewrite })).toMatchObject({ code: 0 });
        const writes = world.cin7.calls.filter(({ method }) => method !== 'GET').length;
        return { ...readTrace(file, world.store), writes };
      } finally {
        await world.stop();
      }
    };

    test(
      'whatever the call rests on',
      async () => {
        const { early, calls, writes } = await traced();
        expect(early).toEqual([]);
        expect(calls).toBe(writes);
      },
      LASTS_MAX_MS,
    );

    test(
      'and a store that does not wait for the disk is found out',
      async () => {
        expect((await traced(UNSYNCED)).early).not.toEqual([]);
      },
      LASTS_MAX_MS,
    );
  });

  describe.skipIf(!canTrace())(`is what a power cut leaves${NEEDS}`, () => {
    const storyOfDisk = async (rewrite?: Rewrite): Promise<DiskStory> => {
      const world = await openWorld(variantNamed('usual'), work);
      try {
        await world.runHere(IMPORT);
        const { ended, story } = await traceDisk(world, SYNC, { rewrite });
        expect(ended).toMatchObject({ code: 0 });
        return story;
      } finally {
        await world.stop();
      }
    };

    test(
      'whole, and with every call known that had left',
      async () => {
        const every = 10;
        const offset = Math.floor(random() * every);
        const takes = (_: unknown, index: number): boolean => index % every === offset;
        const { count, flaws } = await cutEverywhere(await storyOfDisk(), takes, random);
        expect(flaws, `seed ${SEED}`).toEqual([]);
        expect(count).toBeGreaterThan(100);
      },
      LASTS_MAX_MS,
    );

    test(
      'and a store that does not wait for the disk loses calls by it',
      async () => {
        const { flaws } = await cutEverywhere(
          await storyOfDisk(UNSYNCED),
          ({ kind }, index) => kind === 'call' && index % 5 === 0,
          random,
        );
        expect(flaws.filter((flaw) => flaw.includes('nothing is known of POST'))).not.toEqual([]);
      },
      LASTS_MAX_MS,
    );
  });

  test.skipIf(process.platform !== 'linux')(
    'is whole in a copy of the files at any instant of a run (needs /proc)',
    async () => {
      const world = await openWorld(variantNamed('usual'), work);
      try {
        await world.runHere(IMPORT);
        let pid: number | undefined;
        let isOver = false;
        const ending = world
          .run(SYNC, { onStart: (started) => (pid = started) })
          .finally(() => (isOver = true));
        const copies: string[] = [];
        while (!isOver && pid !== undefined) {
          // Any instant will do: nothing is expected to have happened by then.
          await delay(random() * 40);
          const copy = isOver ? undefined : await copyStore(pid, world.store);
          if (copy !== undefined) copies.push(copy);
        }
        expect(await ending).toMatchObject({ code: 0 });
        const flaws = await inParallel(copies, 1, flawsOfCopy);
        expect(flaws.flat(), `seed ${SEED}`).toEqual([]);
        expect(copies.length).toBeGreaterThan(3);
      } finally {
        await world.stop();
        rmSync(world.folder, { recursive: true, force: true });
      }
    },
    LASTS_MAX_MS,
  );
});
