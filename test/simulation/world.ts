import { AsyncLocalStorage } from 'node:async_hooks';
import { type OpenConnection, openConnection, type Surroundings, syncConnection } from '../../src/app.ts';
import type { Credentials } from '../../src/config/credentials.ts';
import type { Config, ConnectionConfig } from '../../src/config/file.ts';
import { type Cin7Target, cin7BudgetTerms, openCin7Target } from '../../src/connectors/cin7/index.ts';
import { openCallBudget } from '../../src/connectors/http/budget.ts';
import { openJdeSource } from '../../src/connectors/jde/index.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { isFault } from '../../src/faults/fault.ts';
import type { RunEnding } from '../../src/jobs/execute-run.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import type { CrosswalkRow } from '../../src/simulators/dataset/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';
import { storedBudgetLedger } from '../../src/store/budget.ts';
import { inTransaction } from '../../src/store/database.ts';
import { askRetry } from '../../src/store/parked.ts';
import type { RunSummary } from '../../src/sync/summary.ts';
import type { Chance } from './chance.ts';
import { type Circumstances, configFor } from './circumstances.ts';
import type { DrawnCompany } from './company.ts';
import { type CallFault, drawCin7Fault, drawJdeFault, FaultCount } from './faults.ts';
import { type Exchange, startInProcess } from './in-process-http.ts';
import { type End, type Freeze, Incarnation, type Passed } from './incarnation.ts';
import { SimulatedNetwork, type Wire } from './network.ts';
import { installProcessIds } from './process-ids.ts';
import { SimulatedFile } from './simulated-store.ts';
import { VirtualTime } from './virtual-time.ts';

/** How a sync came out. */
export type SyncEnding =
  | { readonly kind: 'ended'; readonly ending: RunEnding<RunSummary>; readonly passed: Passed }
  | { readonly kind: 'crashed'; readonly passed: Passed }
  /** It could not begin: the lease of a dead process still stood. */
  | { readonly kind: 'refused'; readonly code: string };

export interface SyncOptions {
  readonly end?: End;
  readonly freeze?: Freeze;
  /** How far the clock of this process's machine is ahead of that of the others. */
  readonly clockShiftMs?: number;
  readonly password?: string;
}

/** Puts something between the connector and Cin7; used to break the connector on purpose. */
export type TargetChange = (target: Cin7Target) => Cin7Target;

const REQUESTER = { actor: 'simulation', origin: 'simulation' };

/** Both systems, the connector's file, and one time for all of them. */
export class World {
  readonly time: VirtualTime;
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  readonly faults = new FaultCount();
  readonly file: SimulatedFile;
  readonly circumstances: Circumstances;
  /** What the customer has mapped by now. */
  crosswalk: readonly CrosswalkRow[];
  /** How far the clock of the connector's machine is wrong. */
  clockShiftMs = 0;
  /** Probability of a fault per call. */
  trouble = 0;
  /** Set while one of the two systems is away. */
  readonly away = { jde: false, cin7: false };
  incarnations = 0;
  /** Sign-ins whose refusal the connector has heard. */
  refusedSignIns = 0;

  readonly #chance: Chance;
  readonly #wires: { readonly jde: Wire; readonly cin7: Wire };
  readonly #config: Config;
  readonly #changeTarget: TargetChange;
  /** Whose code is running: several processes share this one. */
  readonly #running = new AsyncLocalStorage<Incarnation>();
  readonly #alive = new Set<number>();
  readonly #uninstall: () => void;

  private constructor(parts: {
    time: VirtualTime;
    jde: { started: JdeSimulator; exchange: Exchange };
    cin7: { started: Cin7Simulator; exchange: Exchange };
    company: DrawnCompany;
    circumstances: Circumstances;
    chance: Chance;
    changeTarget: TargetChange;
    file: SimulatedFile;
    believedLagSeconds: number | undefined;
  }) {
    const { time, jde, cin7, chance, circumstances } = parts;
    this.time = time;
    this.jde = jde.started;
    this.cin7 = cin7.started;
    this.circumstances = circumstances;
    this.crosswalk = parts.company.crosswalk;
    this.#chance = chance;
    this.#changeTarget = parts.changeTarget;
    this.#config = configFor(circumstances, {
      jde: this.jde.url,
      cin7: this.cin7.url,
      listLagSeconds: parts.believedLagSeconds,
    });
    this.file = parts.file;
    this.#wires = {
      jde: {
        time,
        exchange: (request) => this.#running.exit(() => jde.exchange(request)),
        chance: chance.branch('jde wire'),
        faults: this.faults,
        isWrite: () => false,
        arrived: ({ path }, status) => {
          if (path.endsWith('/tokenrequest') && status === 403) this.refusedSignIns += 1;
        },
        draw: this.#drawJde(chance.branch('jde faults')),
        prepare: (fault) => {
          if (fault.kind === 'jde') this.jde.addFault({ on: {}, do: fault.act, times: 1 });
        },
      },
      cin7: {
        time,
        exchange: (request) => this.#running.exit(() => cin7.exchange(request)),
        chance: chance.branch('cin7 wire'),
        faults: this.faults,
        isWrite: (method) => method !== 'GET',
        arrived: () => undefined,
        draw: this.#drawCin7(chance.branch('cin7 faults')),
        prepare: (fault) => {
          if (fault.kind === 'cin7') this.cin7.addFault({ on: {}, do: fault.act, times: 1 });
        },
      },
    };
    const uninstallTime = time.install(() => this.#running.getStore());
    const uninstallIds = installProcessIds({
      // On one machine it can be seen whether a process is gone; on several its lease has to run out.
      running: () => (circumstances.isDeathSeen ? this.#running.getStore()?.number : undefined),
      isAlive: (number) => this.#alive.has(number),
    });
    this.#uninstall = () => {
      uninstallTime();
      uninstallIds();
    };
  }

  static async start(options: {
    readonly company: DrawnCompany;
    readonly circumstances: Circumstances;
    readonly chance: Chance;
    readonly startMs: number;
    readonly changeTarget?: TargetChange;
    readonly believedLagSeconds?: number;
  }): Promise<World> {
    const { company, circumstances, chance } = options;
    const time = new VirtualTime(options.startMs);
    const clock = { now: () => time.nowMs };
    const seed = chance.whole(1, 1_000_000);
    const jde = await startInProcess(
      () => startJdeSimulator({ tables: company.tables, switches: circumstances.jde, clock, seed }),
      clock.now,
    );
    const cin7 = await startInProcess(
      () => startCin7Simulator({ company: company.cin7, switches: circumstances.cin7, clock, seed }),
      clock.now,
    );
    const world = new World({
      time,
      jde,
      cin7,
      company,
      circumstances,
      chance,
      changeTarget: options.changeTarget ?? ((target) => target),
      believedLagSeconds: options.believedLagSeconds,
      file: await SimulatedFile.create(),
    });
    await world.map([]);
    return world;
  }

  /** One `ml-connector sync`: a process of its own from its start to its end, or to its death. */
  sync(options: SyncOptions = {}): Promise<SyncEnding> {
    return this.startSync(options).ending;
  }

  /** The same, to be left alone while it stands still. */
  startSync(options: SyncOptions): { readonly ending: Promise<SyncEnding>; readonly frozen: Promise<void> } {
    const incarnation = this.#bear(options);
    const ending = this.#sync(incarnation, options);
    // Whoever waits for it later hears of it then.
    ending.catch(() => undefined);
    return { ending, frozen: incarnation.frozen };
  }

  async #sync(incarnation: Incarnation, options: SyncOptions): Promise<SyncEnding> {
    const work = this.#live(incarnation, options.password ?? 'JDE', async (connection) => {
      const ending = await syncConnection(connection, {
        requester: REQUESTER,
        signal: new AbortController().signal,
        report: () => undefined,
      });
      return { kind: 'ended', ending, passed: incarnation.passed } as const;
    }).catch((error: unknown): SyncEnding => {
      if (isFault(error) && error.code === 'run.busy') return { kind: 'refused', code: error.code };
      throw error;
    });
    const death = incarnation.death.then((): SyncEnding => ({ kind: 'crashed', passed: incarnation.passed }));
    return Promise.race([work, death]);
  }

  /** A person imports a file of mappings. */
  async map(rows: readonly CrosswalkRow[]): Promise<void> {
    const all = [...this.crosswalk, ...rows];
    await this.#byPerson(async (connection) => {
      await importCrosswalk(connection.database.db, connection.stored, all, REQUESTER);
    });
    this.crosswalk = all;
  }

  /** A person asks that records are tried again which Cin7 once refused. */
  async retry(records: readonly { readonly flow: string; readonly recordKey: string }[]): Promise<void> {
    await this.#byPerson(async ({ database, stored }) => {
      for (const { flow, recordKey } of records) {
        await inTransaction(database.db, (tx) =>
          askRetry(tx, { connectionId: stored.id, flow }, [recordKey]),
        );
      }
    });
  }

  async stop(): Promise<void> {
    this.#uninstall();
    await Promise.all([this.jde.stop(), this.cin7.stop()]);
    this.file.sqlite.close();
  }

  #bear(fate: ConstructorParameters<typeof Incarnation>[2]): Incarnation {
    this.incarnations += 1;
    return new Incarnation(this.incarnations, this.time, fate);
  }

  async #byPerson(act: (connection: OpenConnection) => Promise<void>): Promise<void> {
    await this.#live(this.#bear({}), 'JDE', act);
  }

  #live<T>(
    incarnation: Incarnation,
    password: string,
    act: (connection: OpenConnection) => Promise<T>,
  ): Promise<T> {
    const bury = (): void => void this.#alive.delete(incarnation.number);
    this.#alive.add(incarnation.number);
    incarnation.onDeath(bury);
    incarnation.onDeath(() => this.file.kill(incarnation));
    return this.#running.run(incarnation, () => this.#liveHere(incarnation, password, act).finally(bury));
  }

  async #liveHere<T>(
    incarnation: Incarnation,
    password: string,
    act: (connection: OpenConnection) => Promise<T>,
  ): Promise<T> {
    const store = this.file.open(incarnation);
    const now = (): number => this.time.nowMs + this.clockShiftMs + incarnation.clockShiftMs;
    const { sleep } = incarnation;
    const chance = this.#chance.branch(`process ${incarnation.number}`);
    const random = (): number => chance.next();
    const [config] = this.#config.connections;
    if (config === undefined) throw new Error('No connection.');
    const { accountId, applicationKey } = this.cin7;
    const credentials = { jde: { user: 'JDE', password }, cin7: { accountId, applicationKey } };
    const surroundings = { now, sleep, random };
    const loaded = { config: this.#config, folder: '/' };
    try {
      const opened = await openConnection({
        loaded,
        config,
        database: store,
        requester: REQUESTER,
        credentials,
        surroundings,
      });
      return await this.#withEnds({ opened, config, credentials, surroundings, incarnation }, act);
    } finally {
      await store.close();
    }
  }

  /** The ends are opened anew, on a network that is cut when the process dies. */
  async #withEnds<T>(
    by: {
      readonly opened: OpenConnection;
      readonly config: ConnectionConfig;
      readonly credentials: Credentials;
      readonly surroundings: Surroundings;
      readonly incarnation: Incarnation;
    },
    act: (connection: OpenConnection) => Promise<T>,
  ): Promise<T> {
    const { opened, config, credentials, surroundings, incarnation } = by;
    const { credentials: _jde, ...jdeSettings } = config.jde;
    const { credentials: _cin7, ...cin7Settings } = config.cin7;
    const source = openJdeSource({
      settings: jdeSettings,
      credentials: credentials.jde,
      dispatcher: new SimulatedNetwork(this.#wires.jde, incarnation),
      ...surroundings,
    });
    const { now, sleep } = surroundings;
    const budget = openCallBudget({
      ledger: storedBudgetLedger(opened.database.db),
      ...cin7BudgetTerms(cin7Settings, credentials.cin7),
      now,
      sleep,
    });
    const target = openCin7Target({
      settings: cin7Settings,
      credentials: credentials.cin7,
      budget,
      dispatcher: new SimulatedNetwork(this.#wires.cin7, incarnation),
      ...surroundings,
    });
    try {
      return await act({ ...opened, source, target: this.#changeTarget(target) });
    } finally {
      await source.close();
      await target.close();
      await budget.close();
      await opened.close();
    }
  }

  #drawCin7(chance: Chance): Wire['draw'] {
    return () => {
      if (this.away.cin7) return { kind: 'unreachable' };
      return chance.hits(this.trouble) ? drawCin7Fault(chance) : undefined;
    };
  }

  #drawJde(chance: Chance): Wire['draw'] {
    return ({ path }): CallFault | undefined => {
      if (this.away.jde) return { kind: 'unreachable' };
      // Nobody waits for the answer to a sign-out.
      if (path.endsWith('/logout') || !chance.hits(this.trouble)) return undefined;
      return drawJdeFault(chance, path.includes('/dataservice'));
    };
  }
}
