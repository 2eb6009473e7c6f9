import type { ApiParts } from '../parts.ts';
import type { Api } from '../server.ts';
import { authRoutes } from './auth.ts';
import { oidcRoutes } from './auth-oidc.ts';
import { connectionRoutes } from './connections.ts';
import { crosswalkRoutes } from './crosswalk.ts';
import { findingRoutes } from './findings.ts';
import { meRoutes } from './me.ts';
import { monitoringRoutes } from './monitoring.ts';
import { mySessionRoutes } from './my-sessions.ts';
import { noticeRoutes } from './notices.ts';
import { overviewRoutes } from './overview.ts';
import { parkedRoutes } from './parked.ts';
import { planCauseRoutes } from './plan-causes.ts';
import { recordRoutes } from './records.ts';
import { replayRoutes } from './replay.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { systemRoutes } from './system.ts';
import { tokenRoutes } from './tokens.ts';
import { trailRoutes } from './trail.ts';
import { userRoutes } from './users.ts';

/** Adds a group of routes. */
export type Routes = (app: Api, parts: ApiParts) => void | Promise<void>;

export const routes: readonly Routes[] = [
  systemRoutes,
  authRoutes,
  oidcRoutes,
  meRoutes,
  mySessionRoutes,
  userRoutes,
  tokenRoutes,
  connectionRoutes,
  crosswalkRoutes,
  overviewRoutes,
  runRoutes,
  planCauseRoutes,
  findingRoutes,
  recordRoutes,
  replayRoutes,
  parkedRoutes,
  scheduleRoutes,
  trailRoutes,
  noticeRoutes,
  monitoringRoutes,
];
