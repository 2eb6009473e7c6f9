import type { ServerClock } from './clock.ts';
import type { Cursors } from './cursors.ts';
import type { PageEffects } from './faults.ts';
import type { OrchestrationDefinition } from './orchestrator.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Database } from './store.ts';
import type { JdeSwitches } from './switches.ts';
import type { JdeUser } from './users.ts';
import type { Views } from './views.ts';

/** Everything that lives as long as the simulated server. */
export interface Server {
  clock: ServerClock;
  switches: JdeSwitches;
  users: JdeUser[];
  environments: string[];
  sessions: Sessions;
  cursors: Cursors;
  database: Database;
  views: Views;
  orchestrations: Record<string, OrchestrationDefinition>;
}

/** What belongs to one request. */
export interface Call {
  server: Server;
  method: string;
  version: 'v1' | 'v2' | 'v3';
  /** `http://host:port` as the caller wrote it. */
  baseUrl: string;
  address: string;
  headers: Record<string, string | undefined>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** What a fault does to the page of rows in this answer. */
  effects: PageEffects;
}

/** Who is asking; without a session (Basic, user and password in the call) there are no result sets to keep. */
export interface Caller {
  user: JdeUser;
  session: Session | undefined;
}
