import type { Run } from './api/types.ts';

/** Filters of lists as they stand in the address of a page. What is none of the choices is left out. */
export const RUN_KINDS: readonly Run['kind'][] = ['sync', 'plan', 'reconcile', 'backfill'];
export const RUN_STATES: readonly Run['state'][] = [
  'running',
  'succeeded',
  'failed',
  'stopped',
  'interrupted',
  'skipped',
  'queued',
];

type Search = Readonly<Record<string, unknown>>;

export function filterOf<N extends string, T extends string>(
  search: Search,
  name: N,
  choices: readonly T[],
): { readonly [K in N]?: T | undefined } {
  const found = choices.find((choice) => choice === search[name]);
  // One member of that name, or none.
  return (found === undefined ? {} : { [name]: found }) as { readonly [K in N]?: T | undefined };
}

export function textFilter<N extends string>(
  search: Search,
  name: N,
): { readonly [K in N]?: string | undefined } {
  const value = search[name];
  const text = typeof value === 'number' ? String(value) : value;
  // One member of that name, or none.
  return (typeof text === 'string' && text !== '' ? { [name]: text } : {}) as {
    readonly [K in N]?: string | undefined;
  };
}

/** Parts of the settings pages, and steps of the set-up. */
export const CONNECTION_TABS = ['settings', 'credentials', 'schedules', 'connection'] as const;
export const SETTINGS_TABS = ['you', 'users', 'tokens', 'notices', 'system'] as const;
export const SET_UP_STEPS = ['enter', 'test', 'fit', 'schedule', 'start'] as const;
