import { type CourseEnd, crashableSteps, type Kill, runCourse } from './course.ts';
import { isRight, judge, type Verdict } from './end-state.ts';
import type { Variant } from './variants.ts';
import type { Workload } from './workload.ts';
import type { Boundary, Rewrite } from './world.ts';

/** An undisturbed course: what every crashed one must end like, and where it can crash. */
export interface Reference {
  readonly variant: Variant;
  readonly course: CourseEnd;
  /** Every boundary, numbered from 1 over all steps. */
  readonly points: readonly Point[];
}

export interface Point extends Boundary {
  readonly number: number;
  readonly step: number;
}

export interface Crashed {
  readonly variant: Variant;
  readonly kill: Kill;
  readonly course: CourseEnd;
  readonly verdict: Verdict;
}

/** Goes through a variant undisturbed. Twice: what differs between two undisturbed courses would say nothing about crashes. */
export async function takeReference(variant: Variant, work: Workload): Promise<Reference> {
  const course = await runCourse({ variant, work, count: true });
  const again = await runCourse({ variant, work });
  const problems = [
    ...course.flaws,
    ...course.end.flaws,
    ...again.flaws,
    ...flat(judge(course.end, again.end)),
  ];
  if (problems.length > 0)
    throw new Error(`${variant.name}: an undisturbed course is not right:\n${problems.join('\n')}`);
  const crashable = crashableSteps(variant);
  const boundaries = course.steps.flatMap((step, number) =>
    crashable.includes(number) ? step.map((boundary) => ({ ...boundary, step: number })) : [],
  );
  return { variant, course, points: boundaries.map((point, index) => ({ ...point, number: index + 1 })) };
}

/** One course with its crashes, judged. */
export async function crash(
  reference: Reference,
  work: Workload,
  kill: Kill,
  how: { readonly rewrite?: Rewrite; readonly recoverHere?: boolean } = {},
): Promise<Crashed> {
  const { variant } = reference;
  const course = await runCourse({ variant, work, kill, ...how });
  const verdict = judge(reference.course.end, course.end);
  return { variant, kill, course, verdict: { ...verdict, wrong: [...verdict.wrong, ...course.flaws] } };
}

export const isFine = (crashed: Crashed): boolean => isRight(crashed.verdict);

/** What happened, for people. */
export function storyOf({ variant, kill, course, verdict }: Crashed): string {
  const deaths = course.deaths.map((death, index) => {
    const last = death.boundaries.slice(-6).map((each) => `    ${each.n} ${each.kind}: ${each.what}`);
    return [`  process ${index + 1} of step ${kill.step} died at its last boundary here:`, ...last].join(
      '\n',
    );
  });
  const problems = flat(verdict).map((problem) => `  ${problem}`);
  return [`${variant.name}, ${JSON.stringify(kill)}:`, ...deaths, ...problems].join('\n');
}

function flat({ lost, doubled, wrong }: Verdict): readonly string[] {
  return [
    ...lost.map((name) => `lost: ${name}`),
    ...doubled.map((name) => `too much: ${name}`),
    ...wrong.map((text) => `wrong: ${text}`),
  ];
}

/** A few boundaries, evenly spread. */
export function everyNth(
  points: readonly Point[],
  { stride, offset }: { stride: number; offset: number },
): readonly Point[] {
  return points.filter((point) => point.number % stride === offset % stride);
}

/** Calls that make something in Cin7. */
export const isCreating = (point: Point): boolean =>
  /^POST .*\/(supplier|advanced-purchase|purchase\/order|ref\/account)$/.test(point.what);

/** Works a list off, a few at a time, in order. */
export async function inParallel<T, R>(
  list: readonly T[],
  atOnce: number,
  task: (entry: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...list.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [place, entry] = next;
      results[place] = await task(entry);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
