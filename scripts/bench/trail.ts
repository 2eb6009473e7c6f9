import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Db, inTransaction, openSqlite } from '../../src/store/database.ts';
import { appendTrail } from '../../src/store/trail.ts';
import { openExport } from '../../src/store/trail-export.ts';
import { previewPrune, pruneTrail } from '../../src/store/trail-prune.ts';
import { queryTrail, type TrailFilter } from '../../src/store/trail-query.ts';
import { verifyStoredTrail } from '../../src/store/trail-source.ts';
import type { TrailEvent } from '../../src/trail/chain.ts';
import { csvExport, jsonExport } from '../../src/trail/export.ts';
import { verifyExportFile } from '../../src/trail/export-file.ts';
import { ed25519Signer, newSigningKey } from '../../src/trail/signer.ts';

interface TrailBenchOptions {
  readonly entries: number;
  /** Entries of one transaction; a run stores up to 50 outcomes in one. */
  readonly batch?: number;
  /** Where the throw-away folder is made. */
  readonly folder?: string;
}

interface TrailFigures {
  readonly entries: number;
  readonly appendCpuMicrosecondsPerEntry: number;
  readonly storeBytesPerEntry: number;
  readonly verifySeconds: number;
  readonly exportJsonSeconds: number;
  readonly verifyFileSeconds: number;
  readonly exportCsvSeconds: number;
  readonly prunePreviewSeconds: number;
  readonly pruneSeconds: number;
  readonly pruned: number;
  /** The middle one of nine pages each, by what is looked for. */
  readonly pageMilliseconds: Readonly<Record<string, number>>;
  readonly peakMegabytes: number;
}

const CHAIN = '6f1c2f0e-7a53-4a53-9a30-0d0d8f9f1c11';
const DAY_MS = 86_400_000;
/** The entries lie in this time, evenly. */
const SPAN_DAYS = 1_000;
const NOW_MS = 1_800_000_000_000;
const START_MS = NOW_MS - SPAN_DAYS * DAY_MS;

/** Measures the audit trail on a store of its own: append, look, verify, export, prune. */
export async function benchTrail(options: TrailBenchOptions): Promise<TrailFigures> {
  const { entries } = options;
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'bench-trail-'));
  const database = await openSqlite(join(folder, 'store.db'));
  const { db } = database;
  try {
    const appended = await append(db, entries, options.batch ?? 50);
    const storeBytesPerEntry = Math.round(statSync(join(folder, 'store.db')).size / entries);
    const pageMilliseconds = await lookThrough(db, entries);
    const verifySeconds = await seconds(() => expectIntact(db));
    const files = await exports(db, folder);
    const pruning = await prune(db);
    return {
      entries,
      appendCpuMicrosecondsPerEntry: appended,
      storeBytesPerEntry,
      verifySeconds,
      ...files,
      ...pruning,
      pageMilliseconds,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function append(db: Db, entries: number, batch: number): Promise<number> {
  const before = process.cpuUsage();
  for (let start = 0; start < entries; start += batch) {
    const count = Math.min(batch, entries - start);
    const events = Array.from({ length: count }, (_, index) => eventAt(start + index, entries));
    await inTransaction(db, (tx) => appendTrail(tx, CHAIN, events));
  }
  const { user, system } = process.cpuUsage(before);
  return rounded((user + system) / entries);
}

/** Mostly outcomes of records by a schedule, and now and then an act of a person. */
function eventAt(index: number, entries: number): TrailEvent {
  const byPerson = index % 9_973 === 0;
  // Each record is written twenty times on average.
  const number = String(1_000_000 + ((index * 7_919) % Math.ceil(entries / 20)));
  return {
    at: START_MS + Math.floor((index / entries) * SPAN_DAYS * DAY_MS),
    actor: byPerson ? 'user:anna' : 'schedule:nightly',
    origin: 'server-01',
    action: byPerson ? 'crosswalk.set' : (OUTCOMES[index % OUTCOMES.length] ?? ''),
    flow: byPerson ? null : index % 2 === 0 ? 'suppliers' : 'purchases',
    recordKey: byPerson ? null : number,
    runId: `0d6f3c1e-0000-4000-8000-${String(Math.floor(index / 5_000)).padStart(12, '0')}`,
    settingsVersion: 3,
    cin7Id: byPerson ? null : `5d8f1b7a-0000-4000-8000-${number.padStart(12, '0')}`,
    data: { label: `Parts Emporium ${index}`, differences: [{ field: 'Name', from: 'a', to: 'b' }] },
  };
}

const OUTCOMES = ['record.created', 'record.updated', 'record.parked', 'record.voided'];

async function lookThrough(db: Db, entries: number): Promise<Readonly<Record<string, number>>> {
  const some = (await queryTrail(db, { chain: CHAIN }, { before: Math.floor(entries / 2), limit: 1 }))
    .entries[0];
  if (some === undefined) return {};
  const days = { fromMs: NOW_MS - 600 * DAY_MS, toMs: NOW_MS - 500 * DAY_MS };
  const filters: Readonly<Record<string, Omit<TrailFilter, 'chain'>>> = {
    all: {},
    record: { recordKey: some.recordKey ?? '' },
    run: { runId: some.runId ?? '' },
    cin7Id: { cin7Id: some.cin7Id ?? '' },
    action: { actions: ['record.created'] },
    rareAction: { actions: ['crosswalk.set'] },
    actions: { actions: OUTCOMES },
    actor: { actor: 'schedule:nightly' },
    rareActor: { actor: 'user:anna' },
    flow: { flow: 'suppliers' },
    days,
    text: { text: 'not to be found' },
    actionInDays: { ...days, actions: ['crosswalk.set'] },
    actorInDays: { ...days, actor: 'user:anna' },
    actionOfActor: { actor: 'user:anna', actions: ['record.created'] },
    actionOfRun: { runId: some.runId ?? '', actions: ['record.parked'] },
    textOfFlow: { flow: 'suppliers', text: 'not to be found' },
  };
  const middle: Record<string, number> = {};
  for (const [name, filter] of Object.entries(filters)) middle[name] = await middlePage(db, filter, entries);
  return middle;
}

async function middlePage(db: Db, filter: Omit<TrailFilter, 'chain'>, entries: number): Promise<number> {
  const middle = Math.floor(entries / 2);
  const orders = [{ limit: 50 }, { before: middle, limit: 50 }, { after: middle, limit: 50 }];
  const taken: number[] = [];
  for (const order of [...orders, ...orders, ...orders])
    taken.push(await seconds(() => queryTrail(db, { chain: CHAIN, ...filter }, order)));
  return rounded((taken.toSorted((a, b) => a - b)[4] ?? 0) * 1_000);
}

async function exports(
  db: Db,
  folder: string,
): Promise<Pick<TrailFigures, 'exportJsonSeconds' | 'exportCsvSeconds' | 'verifyFileSeconds'>> {
  const source = await openExport(db, CHAIN, {});
  const json = join(folder, 'trail.jsonl');
  const by = { connection: 'main', nowMs: NOW_MS };
  const exportJsonSeconds = await seconds(() => write(jsonExport(source, by), json));
  const verifyFileSeconds = await seconds(async () => {
    const { flaw } = await verifyExportFile(json, undefined);
    if (flaw !== undefined) throw new Error(`The export is damaged: ${JSON.stringify(flaw)}`);
  });
  const csv = join(folder, 'trail.csv');
  const exportCsvSeconds = await seconds(() => write(csvExport(source), csv));
  return { exportJsonSeconds, exportCsvSeconds, verifyFileSeconds };
}

function write(chunks: AsyncIterable<string>, path: string): Promise<void> {
  return pipeline(Readable.from(chunks), createWriteStream(path));
}

async function prune(db: Db): Promise<Pick<TrailFigures, 'prunePreviewSeconds' | 'pruneSeconds' | 'pruned'>> {
  const signer = ed25519Signer(newSigningKey());
  const order = { chain: CHAIN, beforeMs: NOW_MS - 400 * DAY_MS, nowMs: NOW_MS };
  const requester = { actor: 'system', origin: 'bench' };
  const prunePreviewSeconds = await seconds(() => previewPrune(db, order));
  let pruned = 0;
  const pruneSeconds = await seconds(async () => {
    pruned = (await pruneTrail(db, { ...order, requester, signer })).removed;
  });
  return { prunePreviewSeconds, pruneSeconds, pruned };
}

async function expectIntact(db: Db): Promise<void> {
  const { flaw } = await verifyStoredTrail(db, CHAIN);
  if (flaw !== undefined) throw new Error(`The trail is damaged: ${JSON.stringify(flaw)}`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  const taken = (performance.now() - startedAt) / 1_000;
  return taken < 1 ? taken : rounded(taken);
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
