import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { orderKey } from '../support/trial.ts';
import type { Lived } from './company.ts';

const ROUTER = resolve(import.meta.dirname, '../../src/console/router.tsx');

/** Addresses of every page, by its path in the router; several where a page has parts of its own. */
export function addressesOf(runs: Lived['runs']): Readonly<Record<string, readonly string[]>> {
  return {
    '/': ['/'],
    '/settings': ['you', 'users', 'tokens', 'notices', 'system'].map((tab) => `/settings?tab=${tab}`),
    '/set-up': [
      '/set-up',
      ...['test', 'fit', 'schedule', 'start'].map((step) => `/set-up?connection=main&step=${step}`),
    ],
    '/trail': ['/trail'],
    '/runs/$run': [`/runs/${runs.sync}`],
    '/c/$connection': ['/c/main'],
    '/c/$connection/runs': ['/c/main/runs'],
    '/c/$connection/runs/$run': [`/c/main/runs/${runs.sync}`],
    '/c/$connection/plan': [`/c/main/plan?run=${runs.plan}`],
    '/c/$connection/records': ['/c/main/records?text=parts'],
    '/c/$connection/records/$flow/$recordKey': [
      '/c/main/records/suppliers/4345',
      `/c/main/records/purchases/${orderKey('1001')}`,
      `/c/main/records/purchases/${orderKey('1004')}`,
    ],
    '/c/$connection/reconcile': [`/c/main/reconcile?run=${runs.reconcile}`],
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
