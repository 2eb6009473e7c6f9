import type { LoadedConfig } from '../../config/load.ts';
import { Fault, hintOf } from '../../faults/fault.ts';
import { maskDeep, maskText } from '../../observe/mask.ts';
import type { ListedConnection } from '../../store/connections-admin.ts';
import type { Database } from '../../store/database.ts';

/** `skipped`: it could not be looked at, since something before it is not well. */
export type FindingState = 'ok' | 'warning' | 'problem' | 'skipped';

/** What the doctor found in one place. */
export interface Finding {
  readonly state: FindingState;
  /** For people, in a sentence or a few words. */
  readonly detail: string;
  /** The next step; set where the state is `warning` or `problem`. */
  readonly next?: string;
  /** The same for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** One place to look at. It may find several things. */
export interface Check {
  /** Stable name for programs: `store.schema`. */
  readonly name: string;
  readonly look: () => Promise<Finding | readonly Finding[]> | Finding | readonly Finding[];
}

export interface NamedFinding extends Finding {
  readonly check: string;
}

/** What every check of the store needs. */
export interface Ward {
  readonly loaded: LoadedConfig;
  readonly database: Database;
  /** Of an embedded store. */
  readonly path: string | undefined;
  readonly connections: readonly ListedConnection[];
  readonly nowMs: number;
}

/** Looks at one place. Whatever it throws is a finding, too. Nothing that looks like a secret gets out, wherever it came from. */
export async function findingsOf({ name, look }: Check): Promise<readonly NamedFinding[]> {
  let found: Finding | readonly Finding[];
  try {
    found = await look();
  } catch (error) {
    found = problemOf(error);
  }
  const list = 'state' in found ? [found] : found;
  return list.map((finding) => cleaned({ check: name, ...finding }));
}

export function problemOf(error: unknown): Finding {
  const detail = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Fault))
    return { state: 'problem', detail, next: 'Report this, with the line above.' };
  return { state: 'problem', detail, next: hintOf(error.code), facts: { code: error.code } };
}

function cleaned(finding: NamedFinding): NamedFinding {
  const { facts, next, detail, ...rest } = finding;
  const rules = { personalData: false };
  return {
    ...rest,
    detail: maskText(detail, { personalData: true }),
    ...(next === undefined ? {} : { next: maskText(next, { personalData: true }) }),
    // An object stays an object.
    ...(facts === undefined ? {} : { facts: maskDeep(facts, rules) as Readonly<Record<string, unknown>> }),
  };
}

export function nameOf(ward: Ward, connectionId: string): string {
  return ward.connections.find(({ id }) => id === connectionId)?.name ?? connectionId;
}

/** `3 min ago`, `in 2 h`, `now`. */
export function distance(atMs: number, nowMs: number): string {
  const seconds = Math.round(Math.abs(nowMs - atMs) / 1_000);
  if (seconds < 5) return 'now';
  const [size, unit] =
    seconds < 120
      ? [1, 's']
      : seconds < 7_200
        ? [60, 'min']
        : seconds < 172_800
          ? [3_600, 'h']
          : [86_400, 'days'];
  const text = `${Math.round(seconds / Number(size))} ${unit}`;
  return atMs <= nowMs ? `${text} ago` : `in ${text}`;
}
