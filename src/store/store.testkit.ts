import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SourceRow, SourceValue } from '../domain/source-row.ts';
import { registerConnection } from './connections.ts';
import { type Database, type Db, inTransaction, openSqlite } from './database.ts';
import { insertRun, type RunHandle, takeLease } from './runs.ts';
import type { OwnedRow } from './source-rows.ts';

export const NOW_MS = 1_800_000_000_000;

/** A fresh store in memory, closed at the end of the test. */
export async function freshStore(): Promise<Db> {
  return (await openUntilEnd(':memory:')).db;
}

/** A path for a store on disk, in a folder of its own that is removed at the end of the test. */
export function storePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'store.db');
}

export async function openUntilEnd(path: string): Promise<Database> {
  const database = await openSqlite(path);
  onTestFinished(() => database.close());
  return database;
}

/** A connection with a run at work. */
export async function startedRun(
  db: Db,
  parts: { name?: string; holder?: string; nowMs?: number; runId?: string } = {},
): Promise<RunHandle> {
  const { name = 'main', holder = 'here:1', nowMs = NOW_MS, runId = 'run-1' } = parts;
  return inTransaction(db, async (tx) => {
    const connection = await registerConnection(tx, { name, settings: {}, nowMs });
    const lease = { connectionId: connection.id, holder, nowMs, expiresAtMs: nowMs + 20_000 };
    const leaseNumber = await takeLease(tx, { ...lease, isDead: () => false });
    const handle = { runId, connectionId: connection.id, leaseNumber, settingsVersion: 1 };
    await insertRun(tx, { handle, kind: 'sync', requestedBy: 'test', nowMs });
    return handle;
  });
}

export function row(key: string, values: Record<string, SourceValue> = { NAME: key }): SourceRow {
  return { key, values, problems: [] };
}

export function owned(recordKey: string, key: string, values?: Record<string, SourceValue>): OwnedRow {
  return { recordKey, row: row(key, values) };
}
