import type { ApiParts } from '../parts.ts';
import type { Api } from '../server.ts';
import { connectionRoutes } from './connections.ts';
import { runRoutes } from './runs.ts';
import { systemRoutes } from './system.ts';

/** Adds a group of routes. */
export type Routes = (app: Api, parts: ApiParts) => void | Promise<void>;

export const routes: readonly Routes[] = [systemRoutes, connectionRoutes, runRoutes];
