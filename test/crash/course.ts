import { type EndState, readEndState } from './end-state.ts';
import { runUntilPowerCut } from './power-cut.ts';
import type { Variant } from './variants.ts';
import { authoriseInCin7, cancelInJde, changeJde, MAPPED_LATER, type Workload } from './workload.ts';
import {
  type Boundary,
  type Command,
  IMPORT,
  openWorld,
  type ProcessEnd,
  type Rewrite,
  SYNC,
  type World,
} from './world.ts';

/** Runs after which a course must have come to its end. */
const RUNS_MAX = 3;

/** A crash: in which step of the course, and at which boundary of that step's process. */
export interface Kill {
  readonly step: number;
  readonly at: number;
  /** Boundaries of the processes that take up the work, at which they die as well. */
  readonly again?: readonly number[];
}

export interface CourseEnd {
  readonly end: EndState;
  /** Boundaries of the undisturbed process of each step that was run as one. */
  readonly steps: readonly (readonly Boundary[])[];
  /** Processes that died. */
  readonly deaths: readonly ProcessEnd[];
  /** Boundaries of the process that took up the work last. */
  readonly recovery: readonly Boundary[];
  /** From each death to the start of the next run. */
  readonly resumeMs: readonly number[];
  /** What went wrong on the way. */
  readonly flaws: readonly string[];
}

interface Step {
  readonly name: string;
  readonly command: Command;
  readonly before?: (world: World) => Promise<void>;
}

/** Codes are imported, everything is loaded for the first time, the world changes, and the changes follow. */
export function stepsOf(variant: Variant, work: Workload): readonly Step[] {
  const change = async (world: World): Promise<void> => {
    changeJde(world.jde, work);
    if (variant.restoresStore === true) world.restore();
    await world.map(MAPPED_LATER);
    // Only what stands in Cin7 can be authorised by people, and an order that is not there yet is never voided.
    if (variant.changesWhileDown === true) return;
    cancelInJde(world.jde);
    authoriseInCin7(world.cin7);
  };
  return [
    { name: 'import', command: IMPORT },
    { name: 'first load', command: SYNC, before: async (world) => world.backUp() },
    { name: 'changes', command: SYNC, before: change },
  ];
}

/** The steps whose crashes tell something in this variant. */
export function crashableSteps(variant: Variant): readonly number[] {
  if (variant.changesWhileDown === true) return [1];
  return variant.restoresStore === true ? [2] : [0, 1, 2];
}

export interface CourseOptions {
  readonly variant: Variant;
  readonly work: Workload;
  readonly kill?: Kill | undefined;
  /** Each undisturbed step too runs as a process, so that its boundaries are known. */
  readonly count?: boolean;
  readonly rewrite?: Rewrite | undefined;
  /** The work is taken up by this process, which has long been running, instead of a new one: the dead one is as dead. */
  readonly recoverHere?: boolean | undefined;
}

/** Goes through all steps with fresh systems and a fresh store, crashes where it is told, and looks at what is there at the end. */
export async function runCourse(options: CourseOptions): Promise<CourseEnd> {
  const { variant, work } = options;
  const world = await openWorld(variant, work);
  try {
    const course = new Course(world, options);
    for (const [number, step] of stepsOf(variant, work).entries()) await course.take(number, step);
    await course.rest();
    const end = await readEndState(world, variant.changesWhileDown !== true);
    return { ...course.told(), end };
  } finally {
    await world.stop();
  }
}

const runUntilKilled: typeof runUntilPowerCut = (world, command, options) => world.run(command, options);

class Course {
  readonly #world: World;
  readonly #options: CourseOptions;
  readonly #steps: (readonly Boundary[])[] = [];
  readonly #deaths: ProcessEnd[] = [];
  readonly #flaws: string[] = [];
  readonly #resumeMs: number[] = [];
  #recovery: readonly Boundary[] = [];
  #isChanged = false;

  constructor(world: World, options: CourseOptions) {
    this.#world = world;
    this.#options = options;
  }

  async take(number: number, step: Step): Promise<void> {
    const { kill, count, rewrite } = this.#options;
    if (!this.#isChanged) await step.before?.(this.#world);
    if (kill?.step === number) return this.#crash(step, kill);
    if (count === true) {
      const ended = await this.#world.run(step.command, { rewrite });
      if (ended.code !== 0) this.#flaws.push(`${step.name} ended with ${ended.code}: ${ended.said}`);
      this.#steps.push(ended.boundaries);
      return;
    }
    await this.#world.runHere(step.command);
  }

  /** A last run finds nothing to do. */
  async rest(): Promise<void> {
    const { cin7 } = this.#world;
    const writes = cin7.writes;
    await this.#world.runHere(SYNC);
    if (cin7.writes !== writes)
      this.#flaws.push(`a run with nothing to do made ${cin7.writes - writes} writes`);
  }

  told(): Omit<CourseEnd, 'end'> {
    return {
      steps: this.#steps,
      deaths: this.#deaths,
      recovery: this.#recovery,
      resumeMs: this.#resumeMs,
      flaws: this.#flaws,
    };
  }

  async #crash(step: Step, kill: Kill): Promise<void> {
    const { rewrite, variant, work } = this.#options;
    for (const killAt of [kill.at, ...(kill.again ?? [])]) {
      const stop = variant.cutsPower === true ? runUntilPowerCut : runUntilKilled;
      const died = await stop(this.#world, step.command, { killAt, rewrite });
      if (!died.killed) {
        // The order of calls that are under way together varies: this one came to its end before that boundary.
        if (died.code !== 0) this.#flaws.push(`${step.name} ended with ${died.code}: ${died.said}`);
        return;
      }
      await this.#noteResume();
      this.#deaths.push(died);
      if (variant.changesWhileDown === true && !this.#isChanged) {
        const [, , changes] = stepsOf(variant, work);
        await changes?.before?.(this.#world);
        this.#isChanged = true;
      }
    }
    await this.#recover(step);
    await this.#noteResume();
  }

  /** Starts the command anew until nothing is left to do; the first time should be enough. */
  async #recover(step: Step): Promise<void> {
    const { rewrite, recoverHere } = this.#options;
    if (recoverHere === true) {
      await this.#world.runHere(step.command);
      if (await this.#isWorkLeft()) this.#flaws.push('the run after the crash left work');
      return;
    }
    for (let run = 1; run <= RUNS_MAX; run += 1) {
      const ended = await this.#world.run(step.command, { rewrite });
      this.#recovery = ended.boundaries;
      if (ended.code === 0 && !(await this.#isWorkLeft())) return;
      this.#flaws.push(`run ${run} after the crash ended with ${ended.code} and left work: ${ended.said}`);
    }
  }

  #isWorkLeft(): Promise<boolean> {
    return this.#world.within(async ({ database: { db } }) => {
      const staged = await db.selectFrom('stage').select('record_key').limit(1).execute();
      const open = await db.selectFrom('intents').select('record_key').limit(1).execute();
      return staged.length + open.length > 0;
    });
  }

  /** How long after a death the next run began. */
  async #noteResume(): Promise<void> {
    const died = this.#deaths.at(-1);
    if (died === undefined || this.#resumeMs.length === this.#deaths.length) return;
    const run = await this.#world.within(({ database: { db } }) =>
      db
        .selectFrom('runs')
        .select('started_at')
        .where('started_at', '>=', died.endedAtMs)
        .orderBy('started_at')
        .executeTakeFirst(),
    );
    if (run !== undefined) this.#resumeMs.push(Number(run.started_at) - died.endedAtMs);
  }
}
