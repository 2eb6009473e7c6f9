import { queryOptions } from '@tanstack/react-query';
import type { CrosswalkKind } from '../../config/settings.ts';
import { get, put, type Query } from './client.ts';
import type { Page } from './types.ts';

export type { CrosswalkKind };

export type CrosswalkState = 'broken' | 'ambiguous' | 'unmatched' | 'ignored' | 'matched' | 'confirmed';

export interface CrosswalkRow {
  readonly kind: CrosswalkKind;
  readonly code: string;
  readonly label: string;
  readonly target: string | null;
  readonly state: CrosswalkState;
  readonly origin: 'auto' | 'person' | 'import';
  readonly detail: string;
  /** Parked records that wait for this code. */
  readonly waiting: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface CrosswalkPage extends Page<CrosswalkRow> {
  readonly total: number;
  readonly counts: readonly {
    readonly kind: CrosswalkKind;
    readonly state: CrosswalkState;
    readonly count: number;
  }[];
}

/** What a code may be in Cin7. */
export interface BookEntry {
  readonly target: string;
  readonly label: string;
  readonly active: boolean;
}

export interface Suggestion {
  readonly kind: CrosswalkKind;
  readonly code: string;
  readonly target: string;
  readonly label: string;
  readonly reason: string;
}

export interface Choice {
  readonly kind: CrosswalkKind;
  readonly code: string;
  readonly target: string;
  readonly ignored?: boolean;
}

export interface EditResult {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly same: number;
}

/** All kinds, in the order of the page. */
export const CROSSWALK_KIND_NAMES = [
  'item',
  'account',
  'serviceProduct',
  'paymentTerm',
  'taxRule',
  'location',
  'unit',
  'currency',
  'country',
] as const satisfies readonly CrosswalkKind[];

export const NEEDS_PERSON: ReadonlySet<CrosswalkState> = new Set(['broken', 'ambiguous', 'unmatched']);

/** Kinds of which Cin7 has no list: what they become is typed. */
export const FREE_KINDS: ReadonlySet<CrosswalkKind> = new Set(['currency', 'country']);

export const crosswalkKey = (connection: string) => ['crosswalk', connection] as const;

export const crosswalkQuery = (connection: string, filter: Query) =>
  queryOptions({
    queryKey: [...crosswalkKey(connection), 'rows', filter],
    queryFn: ({ signal }) => get<CrosswalkPage>(`/connections/${connection}/crosswalk`, filter, signal),
    placeholderData: (before) => before,
  });

export const suggestionsQuery = (connection: string, kind?: CrosswalkKind) =>
  queryOptions({
    queryKey: [...crosswalkKey(connection), 'suggestions', kind ?? null],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly Suggestion[] }>(
        `/connections/${connection}/crosswalk/suggestions`,
        { kind, limit: 200 },
        signal,
      ),
    staleTime: 60_000,
  });

export const bookQuery = (connection: string, kind: CrosswalkKind, text: string) =>
  queryOptions({
    queryKey: ['books', connection, kind, text],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly BookEntry[]; readonly total: number }>(
        `/connections/${connection}/books/${kind}`,
        { text, limit: 50 },
        signal,
      ),
    staleTime: 300_000,
    placeholderData: (before) => before,
  });

export const saveChoices = (connection: string, choices: readonly Choice[]) =>
  put<EditResult>(`/connections/${connection}/crosswalk`, { choices });
