import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Shell } from './components/shell.tsx';

/**
 * The pages. What belongs to a connection stands under its name: /c/main/parked. Each page is loaded when it is first opened.
 */
const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview.tsx'), 'Overview'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/runs',
  component: lazyRouteComponent(() => import('./pages/runs.tsx'), 'Runs'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection/runs/$run',
  component: lazyRouteComponent(() => import('./pages/run.tsx'), 'RunPage'),
});

const connection = createRoute({
  getParentRoute: () => root,
  path: '/c/$connection',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/c/$connection/runs', params });
  },
});

const tree = root.addChildren([home, connection, runs, run]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
