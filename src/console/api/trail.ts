import { ABOUT, type About } from '../texts/trail.ts';
import { get, type Query } from './client.ts';
import type { Page, TrailEntry } from './types.ts';

export interface ChainedEntry extends TrailEntry {
  readonly hash: string;
}

/** What stands in the address of the page. */
export interface TrailFilter {
  readonly about?: About | undefined;
  readonly actor?: string | undefined;
  readonly recordKey?: string | undefined;
  readonly runId?: string | undefined;
  readonly text?: string | undefined;
  /** Days in the viewer's zone. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface FoundEntries {
  readonly items: readonly ChainedEntry[];
  readonly next: string | null;
}

export interface Verdict {
  readonly intact: boolean;
  readonly entries: number;
  readonly removed: number;
  readonly last: { readonly seq: number; readonly hash: string };
  readonly flaw: { readonly seq: number; readonly text: string } | null;
}

export const ENTRIES = 50;
/** The server looks at a few thousand entries for a page; so often it is asked before a person is told how far the search came. */
const ASKED_MAX = 20;

export function trailQuery(filter: TrailFilter): Query {
  const { about, from, to, actor, ...rest } = filter;
  return {
    ...rest,
    // People know each other by name.
    actor: actor === undefined || actor.includes(':') ? actor : `user:${actor}`,
    action: about === undefined ? undefined : [...ABOUT[about]],
    from: from === undefined ? undefined : startOf(from),
    to: to === undefined ? undefined : endOf(to),
  };
}

/** Entries older than the cursor. A search for something rare is carried on until the page is full or long enough was searched. */
export async function olderEntries(
  chain: string,
  filter: TrailFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<FoundEntries> {
  const query = trailQuery(filter);
  const items: ChainedEntry[] = [];
  let next: string | null = cursor ?? null;
  for (let asked = 0; asked < ASKED_MAX; asked += 1) {
    const page: Page<ChainedEntry> = await get(
      `/trail/${chain}`,
      { ...query, limit: ENTRIES - items.length, cursor: next },
      signal,
    );
    items.push(...page.items);
    next = page.next;
    if (next === null || items.length >= ENTRIES) break;
  }
  return { items, next };
}

/** A day of the viewer as moments of UTC. */
const startOf = (day: string): string => new Date(`${day}T00:00:00`).toISOString();
const endOf = (day: string): string => new Date(`${day}T23:59:59.999`).toISOString();
