import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { CROSSWALK_KIND_NAMES } from './api/crosswalk.ts';
import { SEND_WAYS } from './api/replay.ts';
import { Shell } from './components/shell.tsx';
import {
  CONNECTION_TABS,
  filterOf,
  RUN_KINDS,
  RUN_STATES,
  SET_UP_STEPS,
  SETTINGS_TABS,
  textFilter,
} from './filters.ts';
import { ABOUT_NAMES } from './texts/trail.ts';

/**
 * The pages. What belongs to a connection stands under its name: /c/main/parked. Each page is loaded when it is first opened. Filters
 * stand in the address, so that a list can be sent to a colleague as it is.
 */
const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview.tsx'), 'Overview'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/runs',
  validateSearch: (search) => ({
    ...filterOf(search, 'kind', RUN_KINDS),
    ...filterOf(search, 'state', RUN_STATES),
  }),
  component: lazyRouteComponent(() => import('./pages/runs/runs.tsx'), 'Runs'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/runs/$run',
  component: lazyRouteComponent(() => import('./pages/runs/run.tsx'), 'RunPage'),
});

const plan = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/plan',
  validateSearch: (search) => textFilter(search, 'run'),
  component: lazyRouteComponent(() => import('./pages/plan/plan.tsx'), 'Plan'),
});

const records = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/records',
  validateSearch: (search) => textFilter(search, 'text'),
  component: lazyRouteComponent(() => import('./pages/records/records.tsx'), 'Records'),
});

const record = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/records/$flow/$recordKey',
  validateSearch: (search) => filterOf(search, 'send', SEND_WAYS),
  component: lazyRouteComponent(() => import('./pages/records/record.tsx'), 'RecordPage'),
});

const reconcile = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/reconcile',
  validateSearch: (search) => textFilter(search, 'run'),
  component: lazyRouteComponent(() => import('./pages/reconcile/reconcile.tsx'), 'Reconcile'),
});

const parked = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/parked',
  component: lazyRouteComponent(() => import('./pages/parked/parked.tsx'), 'Parked'),
});

const crosswalk = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/crosswalk',
  validateSearch: (search) => ({
    ...filterOf(search, 'kind', CROSSWALK_KIND_NAMES),
    ...textFilter(search, 'text'),
  }),
  component: lazyRouteComponent(() => import('./pages/crosswalk/crosswalk.tsx'), 'Crosswalk'),
});

const trailSearch = (search: Readonly<Record<string, unknown>>) => ({
  ...filterOf(search, 'about', ABOUT_NAMES),
  ...textFilter(search, 'actor'),
  ...textFilter(search, 'recordKey'),
  ...textFilter(search, 'runId'),
  ...textFilter(search, 'text'),
  ...textFilter(search, 'from'),
  ...textFilter(search, 'to'),
});

const trail = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/trail',
  validateSearch: trailSearch,
  component: lazyRouteComponent(() => import('./pages/trail/trail.tsx'), 'ConnectionTrail'),
});

const systemTrail = createRoute({
  getParentRoute: () => root,
  path: '/trail',
  validateSearch: trailSearch,
  component: lazyRouteComponent(() => import('./pages/trail/trail.tsx'), 'SystemTrail'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: (search) => filterOf(search, 'tab', SETTINGS_TABS),
  component: lazyRouteComponent(() => import('./pages/settings/settings.tsx'), 'Settings'),
});

const connectionSettings = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/settings',
  validateSearch: (search) => filterOf(search, 'tab', CONNECTION_TABS),
  component: lazyRouteComponent(
    () => import('./pages/connection-settings/connection-settings.tsx'),
    'ConnectionSettings',
  ),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  validateSearch: (search) => ({
    ...textFilter(search, 'connection'),
    ...filterOf(search, 'step', SET_UP_STEPS),
  }),
  component: lazyRouteComponent(() => import('./pages/set-up/set-up.tsx'), 'SetUp'),
});

const connection = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/c/$connection/runs', params });
  },
});

/** Messages name a run alone; its page belongs to a connection. */
const runAlone = createRoute({
  getParentRoute: () => root,
  path: '/runs/$run',
  component: lazyRouteComponent(() => import('./pages/runs/run-alone.tsx'), 'RunAlone'),
});

const tree = root.addChildren([
  home,
  connection,
  runs,
  run,
  runAlone,
  plan,
  records,
  record,
  reconcile,
  parked,
  crosswalk,
  trail,
  systemTrail,
  settings,
  connectionSettings,
  setUp,
]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
