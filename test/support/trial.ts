import { expect, onTestFinished } from 'vitest';
import { type CrosswalkChoice, importCrosswalk } from '../../src/crosswalk/edit.ts';
import { hintOf } from '../../src/faults/fault.ts';
import type { RunEnding } from '../../src/jobs/execute-run.ts';
import type { Cin7Company } from '../../src/simulators/cin7/company.ts';
import type { JsonObject } from '../../src/simulators/cin7/json.ts';
import {
  type Dataset,
  type DatasetTables,
  toCin7Company,
  toCrosswalk,
  toJdeTables,
} from '../../src/simulators/dataset/index.ts';
import { smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import type { JdeRow } from '../../src/simulators/jde/rows.ts';
import { findConnection, type StoredConnection } from '../../src/store/connections.ts';
import { inTransaction } from '../../src/store/database.ts';
import { askRetry, listParked, type ParkedRecord } from '../../src/store/parked.ts';
import type { FlowCounters, RunSummary } from '../../src/sync/summary.ts';
import { joinCompany, startCompany, type TestCompany } from './company.ts';

type CompanyOptions = Parameters<typeof startCompany>[0];

interface TrialOptions extends Omit<CompanyOptions, 'tables' | 'company' | 'crosswalk'> {
  /** Rows that replace those of the small data set: one supplier 4343, one order 1001 of one line. */
  readonly dataset?: Partial<Dataset>;
  /** Changes the rows of JDE before it starts. */
  readonly tables?: (tables: DatasetTables) => void;
  /** Changes what Cin7 holds before it starts. */
  readonly company?: (company: Cin7Company) => Cin7Company;
  /** Codes, written `kind code`, that nobody has mapped. */
  readonly unmapped?: readonly string[];
  readonly mapped?: readonly CrosswalkChoice[];
}

const EDITOR = { actor: 'anna', origin: 'test' };

/** A small company that stops by itself at the end of the test, with questions that tests ask. */
export interface Trial extends TestCompany {
  stored(): Promise<StoredConnection>;
  /** Syncs and expects that the run succeeds. */
  run(settings?: Record<string, unknown>): Promise<RunSummary>;
  parked(flow?: string): Promise<readonly ParkedRecord[]>;
  retry(flow: string, recordKey: string): Promise<void>;
  map(choices: readonly CrosswalkChoice[]): Promise<void>;
  /** Changes a row of JDE as a user there would: it is stamped with the present. */
  change(table: string, row: JdeRow): void;
  supplier(addressNumber: string): JsonObject;
  purchase(orderNumber: string): JsonObject;
  purchasesOf(orderNumber: string): readonly JsonObject[];
  /** The same simulators with a fresh store. */
  withoutStore(settings?: Record<string, unknown>): Promise<Trial>;
}

export async function startTrial(options: TrialOptions = {}): Promise<Trial> {
  const { dataset: own, tables: changeTables, company: changeCompany, unmapped, mapped, ...rest } = options;
  const dataset = smallDataset(own ?? {});
  const tables = toJdeTables(dataset);
  changeTables?.(tables);
  const company = toCin7Company(dataset);
  const crosswalk = toCrosswalk(dataset).filter(
    ({ kind, code }) => !(unmapped ?? []).includes(`${kind} ${code}`),
  );
  const started = await startCompany({
    tables,
    company: changeCompany?.(company) ?? company,
    crosswalk,
    ...rest,
  });
  onTestFinished(() => started.stop());
  const trial = trialOf(started, async (settings) => {
    const joined = await joinCompany(started, {
      crosswalk,
      ...rest,
      ...(settings === undefined ? {} : { settings }),
    });
    onTestFinished(() => joined.database.close());
    return joined;
  });
  if (mapped !== undefined) await trial.map(mapped);
  return trial;
}

function trialOf(
  company: TestCompany,
  rejoin: (settings?: Record<string, unknown>) => Promise<TestCompany>,
): Trial {
  const { database, jde, cin7 } = company;
  const stored = async (): Promise<StoredConnection> => {
    const connection = await findConnection(database.db, 'main');
    if (connection === undefined) throw new Error('The connection is not registered.');
    return connection;
  };
  const purchasesOf = (orderNumber: string): readonly JsonObject[] =>
    cin7.purchasesWithNote(`-${orderNumber}-000]`);
  return {
    ...company,
    stored,
    async run(settings) {
      const ending = await company.sync(settings);
      expectSucceeded(ending);
      return ending.summary;
    },
    async parked(flow) {
      return listParked(database.db, { connectionId: (await stored()).id, flow, limit: 1_000 });
    },
    async retry(flow, recordKey) {
      const of = { connectionId: (await stored()).id, flow };
      await inTransaction(database.db, (tx) => askRetry(tx, of, [recordKey]));
    },
    async map(choices) {
      await importCrosswalk(database.db, await stored(), choices, EDITOR);
    },
    change: (table, row) => jde.upsert(table, row),
    supplier: (addressNumber) =>
      only(cin7.suppliers().filter((row) => textOf(row, 'Comments').includes(`AB ${addressNumber}]`))),
    purchase: (orderNumber) => only(purchasesOf(orderNumber)),
    purchasesOf,
    withoutStore: async (settings) => trialOf(await rejoin(settings), rejoin),
  };
}

/** A run that did not succeed says why in the list of failures. */
export function expectSucceeded(ending: RunEnding<unknown>): void {
  expect(ending.fault?.error ?? ending.state).toBe('succeeded');
}

/** The part of a parked record that people read, checked to be readable. */
export function expectReadable(record: {
  readonly code: ParkedRecord['code'];
  readonly field: string;
  readonly detail: string;
}): void {
  expect(record.field).toMatch(/^[A-Z][\w.]+$|^crosswalk\.\w+/);
  expect(record.detail).toMatch(/^["A-Z0-9].{10,}[.!"]$/su);
  expect(hintOf(record.code)).toMatch(/^[A-Z].{10,}\.$/su);
}

/** Checks that exactly this record of a flow is parked, with words that help. */
export async function expectParked(
  trial: Trial,
  expected: { flow: string; recordKey: string; code: ParkedRecord['code']; field: string; says: RegExp },
): Promise<ParkedRecord> {
  const parked = await trial.parked(expected.flow);
  expect(parked.map(({ recordKey, code, field }) => ({ recordKey, code, field }))).toEqual([
    { recordKey: expected.recordKey, code: expected.code, field: expected.field },
  ]);
  const record = only(parked);
  expectReadable(record);
  expect(record.detail).toMatch(expected.says);
  return record;
}

/** The order key of order `number` of the first company. */
export const orderKey = (number: string): string => `00001-OP-${number}-000`;

/** The key columns of an order in the rows of JDE. */
export const orderRow = (number: number): JdeRow => ({
  KCOO: '00001',
  DOCO: number,
  DCTO: 'OP',
  SFXO: '000',
});

export const lineRow = (number: number, line = '1.000'): JdeRow => ({ ...orderRow(number), LNID: line });

export function outcomes(
  summary: RunSummary,
  flow: 'accounts' | 'suppliers' | 'purchases',
): Partial<FlowCounters> {
  const counters = summary.flows[flow];
  const names = ['created', 'updated', 'linked', 'unchanged', 'voided', 'parked', 'left'] as const;
  return Object.fromEntries(names.flatMap((name) => (counters?.[name] ? [[name, counters[name]]] : [])));
}

export function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  const [first] = list;
  if (first === undefined) throw new Error('Expected one entry.');
  return first;
}

export function textOf(row: JsonObject, member: string): string {
  const value = row[member];
  return typeof value === 'string' ? value : '';
}

/** The rows of a member that is a list, or of a list inside a member: `Order.Lines`. */
export function rowsOf(row: JsonObject, path: string): readonly JsonObject[] {
  const value = path.split('.').reduce<unknown>((at, name) => memberOf(at, name), row);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
