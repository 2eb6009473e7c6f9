import type { ApiParts } from '../parts.ts';
import type { Api } from '../server.ts';
import { connectionRoutes } from './connections.ts';
import { crosswalkRoutes } from './crosswalk.ts';
import { parkedRoutes } from './parked.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { systemRoutes } from './system.ts';
import { trailRoutes } from './trail.ts';

/** Adds a group of routes. */
export type Routes = (app: Api, parts: ApiParts) => void | Promise<void>;

export const routes: readonly Routes[] = [
  systemRoutes,
  connectionRoutes,
  crosswalkRoutes,
  runRoutes,
  parkedRoutes,
  scheduleRoutes,
  trailRoutes,
];
