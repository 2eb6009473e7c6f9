import { killSession, restartServer } from './fault-effects.ts';
import type { Faults } from './faults.ts';
import type { JdeRow } from './rows.ts';
import type { EventAction, ScenarioEvent } from './scenario.ts';
import type { Server } from './service.ts';
import type { JdeUser } from './users.ts';

interface Actors {
  server: Server;
  faults: Faults;
  upsert(table: string, row: JdeRow, options?: { stamp?: { date?: string; time?: number } }): void;
  remove(table: string, keyOfRow: JdeRow): boolean;
}

/** Lets the events of a scenario happen, each once: after a call, or at a time since the start. */
export class ScenarioEvents {
  #waiting: ScenarioEvent[];
  readonly #actors: Actors;
  readonly #startedAt: number;

  constructor(events: readonly ScenarioEvent[], actors: Actors) {
    for (const event of events) check(event, actors.server);
    this.#waiting = [...events];
    this.#actors = actors;
    this.#startedAt = actors.server.clock.now();
  }

  afterCall(number: number): void {
    this.#happen((event) => event.afterCall !== undefined && event.afterCall <= number);
  }

  /** Looked at when a call comes in: between calls nobody can tell the difference. */
  atTime(): void {
    const elapsedMs = this.#actors.server.clock.now() - this.#startedAt;
    this.#happen((event) => event.atMs !== undefined && event.atMs <= elapsedMs);
  }

  #happen(isDue: (event: ScenarioEvent) => boolean): void {
    const due = this.#waiting.filter(isDue);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((event) => !due.includes(event));
    for (const event of due) act(event.do, this.#actors);
  }
}

/** Finds out at the start what would fail in the middle. */
function check(event: ScenarioEvent, server: Server): void {
  const action = event.do;
  if (action.kind === 'setUser') userOf(server, action.user);
  if ((action.kind === 'upsert' || action.kind === 'remove') && !server.database.table(action.table)) {
    throw new Error(`event ${action.kind}: no table ${action.table} in the simulator`);
  }
}

function userOf(server: Server, name: string): JdeUser {
  const user = server.users.find((each) => each.user === name);
  if (!user) throw new Error(`event setUser: no user ${name} in the simulator`);
  return user;
}

function act(action: EventAction, actors: Actors): void {
  const { server, faults } = actors;
  switch (action.kind) {
    case 'restart':
      restartServer(server);
      break;
    case 'killSessions':
      for (const token of server.sessions.tokens()) killSession(server, token);
      break;
    case 'expireCursors':
      server.cursors.expireAll();
      break;
    case 'setSwitches':
      Object.assign(server.switches, action.switches);
      break;
    case 'addFault':
      faults.add(action.fault);
      break;
    case 'clearFaults':
      faults.clear();
      break;
    case 'setUser':
      Object.assign(userOf(server, action.user), action.set);
      break;
    case 'upsert':
      actors.upsert(action.table, action.row);
      break;
    case 'remove':
      actors.remove(action.table, action.key);
      break;
    default:
      action satisfies never;
  }
}
