import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROUTER = resolve(import.meta.dirname, '../../src/console/router.tsx');

/** What stands in addresses: ids of runs, keys of records. */
export interface Shown {
  readonly runs: { readonly sync: string; readonly plan: string; readonly reconcile: string };
  /** `suppliers/4343`. */
  readonly records: readonly string[];
  /** What is searched for. */
  readonly text: string;
}

/** Addresses of every page, by its path in the router; several where a page has parts of its own. */
export function addressesOf({
  runs: { sync, plan, reconcile },
  records,
  text,
}: Shown): Readonly<Record<string, readonly string[]>> {
  return {
    '/': ['/'],
    '/settings': ['you', 'users', 'tokens', 'notices', 'system'].map((tab) => `/settings?tab=${tab}`),
    '/set-up': [
      '/set-up',
      ...['test', 'fit', 'schedule', 'start'].map((step) => `/set-up?connection=main&step=${step}`),
    ],
    '/trail': ['/trail'],
    '/runs/$run': [`/runs/${sync}`],
    '/c/$connection': ['/c/main'],
    '/c/$connection/runs': ['/c/main/runs'],
    '/c/$connection/runs/$run': [`/c/main/runs/${sync}`],
    '/c/$connection/plan': [`/c/main/plan?run=${plan}`],
    '/c/$connection/records': [`/c/main/records?text=${text}`],
    '/c/$connection/records/$flow/$recordKey': records.map((record) => `/c/main/records/${record}`),
    '/c/$connection/reconcile': [`/c/main/reconcile?run=${reconcile}`],
    '/c/$connection/parked': ['/c/main/parked'],
    '/c/$connection/crosswalk': ['/c/main/crosswalk'],
    '/c/$connection/trail': ['/c/main/trail'],
    '/c/$connection/settings': ['settings', 'credentials', 'schedules', 'connection'].map(
      (tab) => `/c/main/settings?tab=${tab}`,
    ),
  };
}

/** Paths of all pages, as the router has them. */
export function pathsOfRouter(): readonly string[] {
  return [...readFileSync(ROUTER, 'utf8').matchAll(/^ {2}path: '([^']+)'/gm)].map(([, path = '']) => path);
}
