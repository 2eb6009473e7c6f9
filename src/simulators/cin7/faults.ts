import type { Chance } from './random.ts';

/** What goes wrong. "Applied" means that a write has happened although the caller cannot know. */
export type Cin7FaultAct =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string | undefined;
      readonly contentType?: string | undefined;
      /** True (default): answered instead of doing the work. False: the work is done, then this is answered. */
      readonly before?: boolean | undefined;
    }
  | { readonly kind: 'rateLimit'; readonly form?: '429' | '503' | '400' | undefined }
  /** An HTML page with 200, nothing applied. */
  | { readonly kind: 'html' }
  /** An error body inside a 200, nothing applied. */
  | { readonly kind: 'errorIn200' }
  | { readonly kind: 'hangUpBefore' }
  /** Applied, then the connection drops. */
  | { readonly kind: 'hangUpAfter' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Not applied, never answered. */
  | { readonly kind: 'hang' }
  /** Applied, never answered. */
  | { readonly kind: 'hangAfter' }
  /** Applied; the full length is announced, so many bytes are sent, the connection drops. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** Applied; 200 with a body that is no JSON. */
  | { readonly kind: 'unreadable' }
  /** Applied, then 500. */
  | { readonly kind: 'status500After' };

export interface Cin7Fault {
  readonly on: {
    readonly method?: string | undefined;
    /** Below /ExternalApi/v2, any case: '/purchase/order'. */
    readonly path?: string | undefined;
    /** Only the n-th call that matches, counted from 1 for this fault. */
    readonly nth?: number | undefined;
    /** Share of matching calls, from 0 to 1, drawn from the seed. */
    readonly rate?: number | undefined;
    /** Calls of the simulator numbered `from` to `to`, both included, counted from 1. */
    readonly from?: number | undefined;
    readonly to?: number | undefined;
  };
  readonly do: Cin7FaultAct;
  /** At most so often; without it, as often as it matches. */
  readonly times?: number | undefined;
}

/** The faults in force, in order: the first that matches a call acts. */
export class FaultPlan {
  readonly #chance: Chance;
  #entries: { fault: Cin7Fault; matched: number; fired: number }[] = [];

  constructor(faults: readonly Cin7Fault[], chance: Chance) {
    this.#chance = chance;
    for (const fault of faults) this.add(fault);
  }

  /** Returns how to take this fault out again. */
  add(fault: Cin7Fault): () => void {
    const entry = { fault, matched: 0, fired: 0 };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#entries = [];
  }

  actFor(call: { method: string; path: string; n: number }): Cin7FaultAct | undefined {
    for (const entry of this.#entries) {
      const { on, times } = entry.fault;
      if (!matches(on, call)) continue;
      entry.matched += 1;
      if (on.nth !== undefined && entry.matched !== on.nth) continue;
      if (times !== undefined && entry.fired >= times) continue;
      if (on.rate !== undefined && this.#chance.next() >= on.rate) continue;
      entry.fired += 1;
      return entry.fault.do;
    }
    return undefined;
  }
}

function matches(on: Cin7Fault['on'], call: { method: string; path: string; n: number }): boolean {
  if (on.method !== undefined && on.method.toUpperCase() !== call.method) return false;
  if (on.path !== undefined && on.path.toLowerCase() !== call.path) return false;
  return (on.from === undefined || call.n >= on.from) && (on.to === undefined || call.n <= on.to);
}
