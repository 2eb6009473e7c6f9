import type { Evidence } from './expected.ts';
import { History } from './history.ts';
import type { World } from './world.ts';

/** Where the story plays: the world, and what is remembered of what happened in it. */
export class Stage {
  readonly world: World;
  readonly history = new History();
  readonly renamedAccounts = new Map<string, string>();
  /** Whether a run came to its end, so that the accounts are known. */
  hasSucceeded = false;
  readonly story: string[] = [];
  readonly #counters = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
  }

  get evidence(): Evidence {
    const { jde, cin7, crosswalk, circumstances } = this.world;
    return { jde, cin7, crosswalk, choices: circumstances.choices, renamedAccounts: this.renamedAccounts };
  }

  tell(text: string | undefined): void {
    if (text !== undefined) this.story.push(`${new Date(this.world.time.nowMs).toISOString()} ${text}`);
  }

  /** Remembers what is right now: before each change on either side, and at the end. */
  note(): void {
    this.history.note(this.evidence);
  }

  /** The JDE server's day, some days on. */
  serverDay(plusDays: number): string {
    const offsetMs = this.world.jde.switches.utcOffsetMinutes * 60_000;
    return new Date(this.world.time.nowMs + offsetMs + plusDays * DAY_MS).toISOString().slice(0, 10);
  }

  next(counter: string): number {
    const number = (this.#counters.get(counter) ?? 0) + 1;
    this.#counters.set(counter, number);
    return number;
  }
}

const DAY_MS = 86_400_000;
