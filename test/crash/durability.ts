import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { type Database, openSqlite } from '../../src/store/database.ts';
import { booksOf, storiesOf } from './end-state.ts';
import { loadTrailChain } from './trail.ts';

/** Whether system calls can be watched here; a container may forbid it. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
}

/** What to put before the command, so that its writes and syncs are noted in order. */
export function tracing(file: string): readonly string[] {
  const calls = 'trace=write,writev,pwrite64,fsync,fdatasync,sendto,sendmsg';
  return ['strace', '-f', '-yy', '-s', '300', '-e', calls, '-o', file];
}

export interface Traced {
  /** Calls that left while something was written to the store and not yet on disk. */
  readonly early: readonly string[];
  readonly calls: number;
}

/** Reads a trace: is everything on disk whenever a call that changes something in Cin7 leaves? */
export function readTrace(file: string, store: string): Traced {
  const early: string[] = [];
  const unsynced = new Set<string>();
  let calls = 0;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    // `pwrite64(21</tmp/…/ml-connector.db-wal>, …`. What all processes share of the index, and no crash outlives, is not of the store.
    const [, call = '', path = ''] = /\b(\w+)\(\d+<([^>]+)>/.exec(line) ?? [];
    if (path.startsWith(store) && !path.endsWith('-shm')) {
      if (call === 'fsync' || call === 'fdatasync') unsynced.delete(path);
      else unsynced.add(path);
    }
    if (!path.startsWith('TCP') || !/"(?:POST|PUT|DELETE) \/ExternalApi\//.test(line)) continue;
    calls += 1;
    if (unsynced.size > 0) early.push(line.slice(0, 200));
  }
  return { early, calls };
}

/**
 * Copies the store as it is at one instant: the process stands still meanwhile. The copy is what a crash would leave; `undefined`
 * where there is no store yet, or no process any more.
 */
export async function copyStore(pid: number, store: string): Promise<string | undefined> {
  if (!signal(pid, 'SIGSTOP')) return undefined;
  try {
    while (isRunning(pid)) await turn();
    if (!existsSync(store)) return undefined;
    const copy = join(mkdtempSync(join(tmpdir(), 'ml-connector-copy-')), 'copy.db');
    for (const part of ['', '-wal']) {
      if (existsSync(`${store}${part}`)) copyFileSync(`${store}${part}`, `${copy}${part}`);
    }
    return copy;
  } finally {
    signal(pid, 'SIGCONT');
  }
}

/** Whether there was still a process to take it. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether a process is at work, and not stopped, waiting to be buried or gone. */
export function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) [TtZX] /.test(readFileSync(path, 'utf8'));
}

/** Opens a copy and looks whether it is whole and tells a true story. */
export async function flawsOfCopy(copy: string): Promise<readonly string[]> {
  try {
    const sqlite = new BetterSqlite(copy);
    const integrity = sqlite.pragma('integrity_check', { simple: true });
    const isEmpty = sqlite.prepare(`select 1 from sqlite_master where name = 'trail'`).get() === undefined;
    sqlite.close();
    if (integrity !== 'ok') return [`integrity: ${String(integrity)}`];
    // The first migration is one transaction: before its end there is nothing.
    if (isEmpty) return [];
    const database = await openSqlite(copy);
    try {
      return [
        ...(await booksOf(database)),
        ...(await storiesOf(database)),
        ...(await loadTrailChain(database)),
        ...(await intentsTwice(database)),
      ];
    } finally {
      await database.close();
    }
  } finally {
    rmSync(join(copy, '..'), { recursive: true, force: true });
  }
}

/** A record with two open intents, or one whose outcome is stored already. */
async function intentsTwice({ db }: Database): Promise<readonly string[]> {
  const open = await db.selectFrom('intents').select(['flow', 'record_key']).execute();
  const staged = await db.selectFrom('stage').select(['flow', 'record_key']).execute();
  const keys = open.map(({ flow, record_key }) => `${flow} ${record_key}`);
  const waiting = new Set(staged.map(({ flow, record_key }) => `${flow} ${record_key}`));
  return [
    ...keys.filter((key, place) => keys.indexOf(key) !== place).map((key) => `two intents: ${key}`),
    ...keys.filter((key) => !waiting.has(key)).map((key) => `intent of a record that is not staged: ${key}`),
  ];
}
