import { onTestFinished } from 'vitest';
import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import {
  type JdeRow,
  type JdeSimulator,
  type JdeSimulatorOptions,
  startJdeSimulator,
} from '../../simulators/jde/index.ts';
import type { Source, TablePage, TableRead } from '../connector.ts';
import { jdeSettings } from './config.ts';
import type { CallReport } from './http.ts';
import { type JdeSourceOptions, openJdeSource } from './source.ts';

export const F0101: TableSpec = {
  table: 'F0101',
  key: ['AN8'],
  columns: { AN8: 'number', ALPH: 'text', MCU: 'text', AT1: 'text', TAX: 'text', UPMJ: 'date', UPMT: 'time' },
  changedOn: 'UPMJ',
};

export const F4311: TableSpec = {
  table: 'F4311',
  key: ['DOCO', 'DCTO', 'KCOO', 'SFXO', 'LNID'],
  columns: {
    DOCO: 'number',
    DCTO: 'text',
    KCOO: 'text',
    SFXO: 'text',
    LNID: 'number',
    NXTR: 'text',
    AEXP: 'number',
    UPMJ: 'date',
  },
  changedOn: 'UPMJ',
};

export function addresses(count: number): JdeRow[] {
  return Array.from({ length: count }, (_, i) => ({
    AN8: 1001 + i,
    ALPH: `Supplier ${i}`,
    MCU: '30',
    AT1: 'V',
    TAX: '12',
    UPMJ: i % 2 === 0 ? '2026-11-20' : '2026-10-05',
    UPMT: 54935,
  }));
}

/** Orders with so many lines each. */
export function orderLines(orders: number, linesPerOrder: number): JdeRow[] {
  return Array.from({ length: orders * linesPerOrder }, (_, i) => ({
    DOCO: 500 + Math.floor(i / linesPerOrder),
    DCTO: 'OP',
    KCOO: '00001',
    SFXO: '000',
    LNID: `${(i % linesPerOrder) + 1}.000`,
    NXTR: i % 3 === 0 ? '280' : '400',
    AEXP: `${i}.25`,
    UPMJ: '2026-11-20',
  }));
}

export interface Rig {
  readonly sim: JdeSimulator;
  readonly source: Source;
  readonly calls: CallReport[];
  /** Milliseconds that retries waited. */
  readonly waits: number[];
}

/** A simulator and a source on it. Retries do not wait. */
export async function startRig(
  sim: Partial<JdeSimulatorOptions> = {},
  settings: Record<string, unknown> = {},
  options: Partial<JdeSourceOptions> = {},
): Promise<Rig> {
  const simulator = await startJdeSimulator({ tables: {}, ...sim });
  onTestFinished(() => simulator.stop());
  const calls: CallReport[] = [];
  const waits: number[] = [];
  const parsed = jdeSettings.parse({ url: simulator.url, environment: 'JDV920', role: '*ALL', ...settings });
  const source = openJdeSource({
    settings: parsed,
    allowHosts: [new URL(parsed.url).host],
    credentials: { user: 'JDE', password: 'JDE' },
    sleep: async (ms) => {
      waits.push(ms);
    },
    random: () => 0.5,
    onCall: (call) => calls.push(call),
    ...options,
  });
  onTestFinished(() => source.close());
  return { sim: simulator, source, calls, waits };
}

export const never: AbortSignal = new AbortController().signal;

export async function readPages(source: Source, read: TableRead, signal = never): Promise<TablePage[]> {
  const pages: TablePage[] = [];
  for await (const page of source.readTable(read, signal)) pages.push(page);
  return pages;
}

export async function readRows(source: Source, read: TableRead): Promise<SourceRow[]> {
  return (await readPages(source, read)).flatMap((page) => page.rows);
}

export async function readKeys(source: Source, read: TableRead): Promise<string[]> {
  return (await readRows(source, read)).map((row) => row.key);
}

/** The keys that `addresses` gives to its rows. */
export const addressKeys = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => String(1001 + i));

/** The code of the Fault that the work ends in. */
export async function codeOfFailure(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => new Error('nothing failed'),
    (failure: unknown) => failure,
  );
  return error instanceof Error && 'code' in error ? error.code : error;
}
