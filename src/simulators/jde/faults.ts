import { seededRandom } from './random.ts';

export type ServiceName =
  | 'tokenrequest'
  | 'logout'
  | 'validate'
  | 'defaultconfig'
  | 'dataservice'
  | 'next'
  | 'orchestrator';

/** Which calls a fault hits. Everything that is given must hold; nothing given: every call. */
export interface FaultMatch {
  service?: ServiceName | undefined;
  /** The table or view asked; of a batch, any of them. */
  table?: string | undefined;
  /** Only the nth call that matches otherwise, from 1. */
  nth?: number | undefined;
  /** Each matching call with this probability, 0 to 1, from the seed. */
  rate?: number | undefined;
  /** Only calls with a number (of all calls) from ... to, both inclusive. */
  from?: number | undefined;
  to?: number | undefined;
}

/** What goes wrong. */
export type FaultAction =
  | { kind: 'status'; status: number; body?: string | undefined; contentType?: string | undefined }
  /** A page of the proxy or of the application server, in place of JSON. */
  | { kind: 'html'; status: number }
  | { kind: 'invalidToken'; status: 403 | 444 }
  /** The session of this call is gone, before the call is answered. */
  | { kind: 'killSession' }
  /** The HTML server forgot the session: the token stays valid, calls that need data get 500. */
  | { kind: 'loseHtmlSession' }
  /** All sessions and result sets are gone, before the call is answered. */
  | { kind: 'restart' }
  /** The result sets of this session are gone, before the call is answered. */
  | { kind: 'expireCursor' }
  /** The four errors inside a 200. */
  | { kind: 'sysErrors'; text?: string | undefined }
  | { kind: 'topLevelException'; text?: string | undefined }
  | { kind: 'formErrors'; text?: string | undefined }
  | { kind: 'dsError'; text?: string | undefined }
  | { kind: 'slow'; ms: number }
  /** Never answers, until the simulator stops. */
  | { kind: 'hang' }
  /** The body ends after some bytes and the connection breaks. */
  | { kind: 'truncate'; bytes: number }
  /** The body ends after some bytes; by its length it is whole. */
  | { kind: 'truncateClean'; bytes: number }
  /** The connection breaks before the call is carried out, or after it in place of the answer. */
  | { kind: 'reset'; when?: 'before' | 'after' | undefined }
  /** The page before comes once more. */
  | { kind: 'repeatPage' }
  /** The last rows of the page are missing; the summary still counts them. */
  | { kind: 'dropRows'; count: number }
  /** More rows are announced, but there is no link to them. */
  | { kind: 'dropLinks' };

export interface JdeFault {
  on: FaultMatch;
  do: FaultAction;
  /** After this many hits the fault is over. */
  times?: number | undefined;
}

/** What faults do to a page of rows. */
export interface PageEffects {
  repeatPage?: boolean;
  dropRows?: number;
  dropLinks?: boolean;
  formErrors?: unknown[];
}

interface Rule extends JdeFault {
  matches: number;
  hits: number;
}

/** Decides which faults hit a call. The same seed and the same calls give the same faults. */
export class Faults {
  #rules: Rule[] = [];
  readonly #random: () => number;

  constructor(faults: readonly JdeFault[], seed: number) {
    this.#random = seededRandom(seed);
    for (const fault of faults) this.add(fault);
  }

  add(fault: JdeFault): void {
    this.#rules.push({ ...fault, matches: 0, hits: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  hitting(call: {
    number: number;
    service: ServiceName | undefined;
    tables: readonly string[];
  }): FaultAction[] {
    return this.#rules.filter((rule) => this.#hits(rule, call)).map((rule) => rule.do);
  }

  #hits(rule: Rule, call: { number: number; service: ServiceName | undefined; tables: readonly string[] }) {
    const { service, table, from = 0, to = Number.POSITIVE_INFINITY, nth, rate } = rule.on;
    if (service !== undefined && service !== call.service) return false;
    if (table !== undefined && !call.tables.includes(table)) return false;
    if (call.number < from || call.number > to) return false;
    rule.matches++;
    if (nth !== undefined && rule.matches !== nth) return false;
    if (rate !== undefined && this.#random() >= rate) return false;
    if (rule.times !== undefined && rule.hits >= rule.times) return false;
    rule.hits++;
    return true;
  }
}
