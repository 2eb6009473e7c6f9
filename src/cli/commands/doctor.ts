import { existsSync } from 'node:fs';
import type { LoadedConfig } from '../../config/load.ts';
import { type StorePlace, storePlace } from '../../config/store-place.ts';
import { listConnections } from '../../store/connections-admin.ts';
import { type Database, openSqliteAsIs } from '../../store/database.ts';
import { openPostgres } from '../../store/postgres.ts';
import { readPostgresUrl } from '../../store/postgres-address.ts';
import {
  type Check,
  type Finding,
  type FindingState,
  findingsOf,
  type NamedFinding,
} from '../doctor/finding.ts';
import { diskFinding, machineChecks } from '../doctor/machine.ts';
import { onlineChecks } from '../doctor/online.ts';
import { schemaFinding, storeChecks } from '../doctor/store.ts';
import { workChecks } from '../doctor/work.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';
import { loadOrDefault, stopOnSignal } from '../session.ts';

interface DoctorOptions {
  readonly config: string;
  readonly online?: boolean;
  readonly json?: boolean;
}

const SIGNS: Readonly<Record<FindingState, string>> = { ok: '✓', warning: '!', problem: '✗', skipped: '·' };

/** `ml-connector doctor`: all that a support person would ask for, without a secret. Changes nothing, and calls nobody but with --online. */
export async function doctor(options: DoctorOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  const counts = { ok: 0, warning: 0, problem: 0, skipped: 0 };
  try {
    for await (const finding of examine(options, stop.signal)) {
      stop.signal.throwIfAborted();
      counts[finding.state] += 1;
      print(finding, options);
    }
  } finally {
    stop.dispose();
  }
  if (options.json === true) printJson({ healthy: counts.problem === 0, ...counts });
  else printLine(`\n${counts.ok} in order, ${counts.warning} warnings, ${counts.problem} problems.`);
  return counts.problem > 0 ? 1 : 0;
}

async function* examine(options: DoctorOptions, signal: AbortSignal): AsyncGenerator<NamedFinding> {
  for (const check of machineChecks(process.env)) yield* await findingsOf(check);
  let loaded: LoadedConfig | undefined;
  yield* await findingsOf({
    name: 'config',
    look: () => {
      loaded = loadOrDefault(options.config);
      return configFinding(loaded, options.config);
    },
  });
  if (loaded !== undefined) yield* examineStore(loaded, options, signal);
}

function configFinding({ config, folder }: LoadedConfig, file: string): Finding {
  const names = config.connections.map(({ name }) => name);
  const facts = { file, folder, exists: existsSync(file), connections: names };
  const from = facts.exists ? file : 'no file: everything has its default';
  return { state: 'ok', detail: `${from}; connections in it: ${names.join(', ') || 'none'}`, facts };
}

async function* examineStore(
  loaded: LoadedConfig,
  options: DoctorOptions,
  signal: AbortSignal,
): AsyncGenerator<NamedFinding> {
  let database: Database | undefined;
  let place: StorePlace | undefined;
  const look = async (): Promise<Finding> => {
    place = storePlace(loaded, process.env);
    if (place.dialect === 'sqlite' && !existsSync(place.path))
      return {
        state: 'warning',
        detail: `there is no store ${place.path} yet`,
        next: 'The first start makes it. If there was one, check store.sqlite and the folder, and restore a backup.',
      };
    database = await openAsIs(place);
    return { state: 'ok', detail: `open: ${shown(place)}` };
  };
  try {
    yield* await findingsOf({ name: 'store', look });
    if (database === undefined) {
      const path = place?.dialect === 'sqlite' ? place.path : undefined;
      if (path !== undefined) yield* await findingsOf({ name: 'disk', look: () => diskFinding(path) });
      return;
    }
    const open = database;
    let isCurrent = false;
    const schema = async (): Promise<Finding> => {
      const finding = await schemaFinding({ database: open });
      isCurrent = finding.state === 'ok';
      return finding;
    };
    yield* await findingsOf({ name: 'store.schema', look: schema });
    if (isCurrent && place !== undefined) {
      const checks = await checksOf(loaded, { database: open, place }, options, signal);
      for (const check of checks) yield* await findingsOf(check);
    }
  } finally {
    await database?.close();
  }
}

async function checksOf(
  loaded: LoadedConfig,
  { database, place }: { readonly database: Database; readonly place: StorePlace },
  options: DoctorOptions,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const ward = {
    loaded,
    database,
    path: place.dialect === 'sqlite' ? place.path : undefined,
    connections: await listConnections(database.db),
    nowMs: Date.now(),
  };
  const online = options.online === true ? onlineChecks(ward, signal) : [];
  return [...storeChecks(ward), ...workChecks(ward), ...online];
}

function openAsIs(place: StorePlace): Promise<Database> {
  return place.dialect === 'sqlite'
    ? Promise.resolve(openSqliteAsIs(place.path, 'query'))
    : openPostgres(place.url, { ...place, isLookedAt: true });
}

const shown = (place: StorePlace): string =>
  place.dialect === 'sqlite' ? place.path : readPostgresUrl(place.url, place.field).shown;

function print({ check, state, detail, next, facts }: NamedFinding, options: DoctorOptions): void {
  if (options.json === true) {
    printJson({ check, state, detail, ...(next === undefined ? {} : { next }), ...facts });
    return;
  }
  printLine(`${SIGNS[state]} ${check}: ${detail}`);
  if (next !== undefined) printLine(`    next: ${next}`);
}
