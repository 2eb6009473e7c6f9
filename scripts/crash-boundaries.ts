import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { chanceFrom } from '../test/crash/chance.ts';
import { type Kill, stepsOf } from '../test/crash/course.ts';
import { cutEverywhere, traceDisk } from '../test/crash/power-cut.ts';
import {
  type Crashed,
  crash,
  inParallel,
  isCreating,
  isFine,
  type Point,
  type Reference,
  storyOf,
  takeReference,
} from '../test/crash/sweep.ts';
import { VARIANTS, variantNamed } from '../test/crash/variants.ts';
import { workload } from '../test/crash/workload.ts';
import { openWorld } from '../test/crash/world.ts';
import buildForTests from '../test/support/program-setup.ts';

/**
 * Kills the connector at every boundary of a first load and a second run with changes, starts it again, and compares the end with
 * that of an undisturbed course.
 *
 *     node scripts/crash-boundaries.ts --every [--variant NAME] [--stride N] [--seed N]
 *     node scripts/crash-boundaries.ts --only N --variant NAME [--again M]
 *     node scripts/crash-boundaries.ts --images [--stride N] [--seed N]
 *
 * `--images` cuts the power after each thing that a first load and a second run do to the disk, and looks at what is left of the store.
 *
 * Without `--stride` a variant that goes mostly the way of another takes every second or third boundary; `--stride 1` takes all of all.
 * `TMPDIR=/dev/shm` saves the waits for the disk, which a kill does not need.
 *
 * The order of calls that are under way together varies, so a number means the same boundary only in the variant `one-by-one`.
 */
const USAGE = `--every [--variant NAME] [--stride N] [--seed N] | --only N --variant NAME [--again M] | --images [--stride N] [--seed N]
variants: ${VARIANTS.map(({ name, what }) => `\n  ${name}: ${what}`).join('')}
`;

/** Of so many first kills one is followed by a second one, at some boundary of the run that takes up the work. */
const SECOND_KILL_EVERY = 8;
/** First kills per variant after which the second one strikes at each boundary of the recovery in turn. */
const SWEPT_RECOVERIES = 1;

interface Options {
  readonly stride: number;
  readonly random: () => number;
  readonly atOnce: number;
  readonly recoverHere?: boolean;
}

interface Tally {
  boundaries: number;
  courses: number;
  kills: number;
  lost: number;
  doubled: number;
  wrong: number;
  resumeMs: number[];
}

const work = workload();
const tally: Tally = { boundaries: 0, courses: 0, kills: 0, lost: 0, doubled: 0, wrong: 0, resumeMs: [] };

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function sweep(reference: Reference, options: Options): Promise<void> {
  const { variant, points } = reference;
  const offset = Math.floor(options.random() * options.stride);
  const chosen = points.filter(({ number }) => number % options.stride === offset % options.stride);
  tally.boundaries += points.length;
  say(`${variant.name} (${variant.what}): ${points.length} boundaries, ${chosen.length} of them in turn`);
  // One process dies and this one takes up its work; below, each process is one of its own.
  await crashAll(reference, chosen.map(killAt), { ...options, recoverHere: true });
  const twice = chosen
    .filter((_, index) => index % SECOND_KILL_EVERY === 0)
    .map((point) => ({
      ...killAt(point),
      again: [1 + Math.floor(options.random() * lengthOf(point, reference))],
    }));
  say(`${variant.name}: ${twice.length} of them with a second kill while the work is taken up`);
  await crashAll(reference, twice, options);
  for (const point of delicatePoints(chosen, options)) {
    const { course } = await crash(reference, work, killAt(point));
    const seconds = Array.from(
      { length: Math.ceil(course.recovery.length / options.stride) },
      (_, index) => ({
        ...killAt(point),
        again: [1 + index * options.stride],
      }),
    );
    say(
      `${variant.name}: killed at ${point.number}, then at ${seconds.length} boundaries of the recovery in turn`,
    );
    await crashAll(reference, seconds, options);
  }
}

const lengthOf = (point: Point, { course }: Reference): number => course.steps[point.step]?.length ?? 1;

/** Kills whose recovery is the most delicate: a creating call was sent and nobody knows what became of it. */
function delicatePoints(points: readonly Point[], options: Options): readonly Point[] {
  return points
    .filter((point) => isCreating(point) && point.kind === 'call sent')
    .map((point) => ({ point, place: options.random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, SWEPT_RECOVERIES)
    .map(({ point }) => point);
}

const killAt = (point: Point): Kill => ({ step: point.step, at: point.n });

function crashAll(
  reference: Reference,
  kills: readonly Kill[],
  options: Options,
): Promise<readonly Crashed[]> {
  return inParallel(kills, options.atOnce, async (kill) => {
    const crashed = await crash(reference, work, kill, { recoverHere: options.recoverHere === true });
    count(crashed);
    // A process that runs already is there at once: only a start tells how long it takes.
    if (options.recoverHere !== true) tally.resumeMs.push(...crashed.course.resumeMs);
    if (!isFine(crashed)) say(storyOf(crashed));
    if (tally.courses % 25 === 0) say(`${tally.courses} courses, ${tally.kills} kills, ${tally.wrong} wrong`);
    return crashed;
  });
}

function count(crashed: Crashed): void {
  const { lost, doubled } = crashed.verdict;
  tally.courses += 1;
  tally.kills += crashed.course.deaths.length;
  tally.lost += lost.length;
  tally.doubled += doubled.length;
  tally.wrong += isFine(crashed) ? 0 : 1;
}

function middleOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function every(
  variants: typeof VARIANTS,
  options: Omit<Options, 'stride'> & { stride: number | undefined },
): Promise<void> {
  const startedAtMs = performance.now();
  for (const variant of variants) {
    const stride = options.stride ?? variant.every ?? 1;
    await sweep(await takeReference(variant, work), { ...options, stride });
  }
  const { resumeMs, ...counted } = tally;
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
  const resume = { middle: middleOf(resumeMs), max: Math.max(0, ...resumeMs) };
  say(JSON.stringify({ ...counted, resumeMs: resume, seconds }));
}

async function only(number: number, name: string, again: readonly number[]): Promise<void> {
  const reference = await takeReference(variantNamed(name), work);
  const point = reference.points.find((each) => each.number === number);
  if (point === undefined) throw new Error(`${name} has boundaries 1 to ${reference.points.length}.`);
  say(`boundary ${number}: ${point.kind}, ${point.what}, number ${point.n} of step ${point.step}`);
  const crashed = await crash(reference, work, { ...killAt(point), again });
  count(crashed);
  say(storyOf(crashed));
  say(isFine(crashed) ? 'ends as undisturbed' : 'does NOT end as undisturbed');
}

async function images(options: Pick<Options, 'stride' | 'random'>): Promise<void> {
  const world = await openWorld(variantNamed('usual'), work);
  try {
    for (const step of stepsOf(variantNamed('usual'), work)) {
      await step.before?.(world);
      const { ended, story } = await traceDisk(world, step.command);
      if (ended.code !== 0) throw new Error(`${step.name} ended with ${ended.code}: ${ended.said}`);
      const takes = (_: unknown, index: number): boolean => index % options.stride === 0;
      const { count, flaws } = await cutEverywhere(story, takes, options.random);
      const syncs = story.events.filter(({ kind }) => kind === 'sync').length;
      const calls = story.events.filter(({ kind }) => kind === 'call').length;
      say(`${step.name}: ${story.events.length} events, ${syncs} syncs, ${calls} calls that change Cin7`);
      say(`${step.name}: ${count} power cuts, ${flaws.length} flaws`);
      for (const flaw of flaws) say(flaw);
      tally.wrong += flaws.length;
    }
  } finally {
    await world.stop();
  }
}

const { values } = parseArgs({
  options: {
    images: { type: 'boolean', default: false },
    every: { type: 'boolean', default: false },
    only: { type: 'string' },
    again: { type: 'string' },
    variant: { type: 'string' },
    stride: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
await buildForTests();
if (values.only !== undefined && values.variant !== undefined) {
  await only(Number(values.only), values.variant, values.again === undefined ? [] : [Number(values.again)]);
} else if (values.images) {
  const stride = values.stride === undefined ? 1 : Number(values.stride);
  await images({ stride, random: chanceFrom(Number(values.seed)) });
} else if (values.every) {
  const variants = values.variant === undefined ? VARIANTS : [variantNamed(values.variant)];
  await every(variants, {
    stride: values.stride === undefined ? undefined : Number(values.stride),
    random: chanceFrom(Number(values.seed)),
    // A process spends much of its time waiting.
    atOnce: availableParallelism() * 3,
  });
} else {
  say(USAGE);
  process.exitCode = 2;
}
if (tally.wrong > 0) process.exitCode = 1;
