import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SourceRow, SourceValue } from '../domain/source-row.ts';
import { registerConnection } from './connections.ts';
import { type Database, type Db, inTransaction, openSqlite } from './database.ts';
import { borrowDatabase } from './postgres.testkit.ts';
import { openPostgres } from './postgres.ts';
import { createDatabase, testServer } from './postgres-server.testkit.ts';
import { insertRun, type RunHandle, takeLease } from './runs.ts';
import type { OwnedRow } from './source-rows.ts';

export const NOW_MS = 1_800_000_000_000;

/** A fresh store, closed at the end of the test: in memory, or in PostgreSQL where the tests run on that. */
export async function freshStore(): Promise<Db> {
  return (await freshDatabase()).db;
}

export async function freshDatabase(): Promise<Database> {
  const database = await openTestStore();
  onTestFinished(() => database.close());
  return database;
}

/** A fresh store that whoever opened it closes. */
export async function openTestStore(): Promise<Database> {
  const server = testServer();
  if (server === undefined) return openSqlite(':memory:');
  return borrowDatabase(server);
}

/** A fresh store that several handles are opened on, as by several processes. */
export async function sharedStore(): Promise<{ open(): Promise<Database> }> {
  const server = testServer();
  if (server === undefined) {
    const path = storePath();
    return { open: () => openUntilEnd(path) };
  }
  const { url, drop } = await createDatabase(server);
  onTestFinished(drop);
  return {
    async open() {
      const database = await openPostgres(url, { poolMax: 5, field: 'test' });
      onTestFinished(() => database.close());
      return database;
    },
  };
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
