import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';

/**
 * Loaded into the product's process before the product (`node --import`). Counts the moments between which a crash makes a
 * difference, before and after every call and every commit, and kills the process at the one that it is told. The product knows
 * nothing of it: calls are seen through the diagnostics channels of undici, commits through the statements of better-sqlite3.
 *
 * - `ML_CONNECTOR_CRASH_LOG`: file to which each boundary is appended as a JSON line before it is passed.
 * - `ML_CONNECTOR_CRASH_SIGNAL`: `SIGSTOP` makes it stand still instead of dying.
 * - `ML_CONNECTOR_CRASH_PASSES`: words of the boundary to count for that, such as `call sent: POST /supplier`; without it each counts.
 * - `ML_CONNECTOR_CRASH_AT`: number of the boundary at which the process dies, counted from 1; without it none.
 */
const at = Number(process.env['ML_CONNECTOR_CRASH_AT'] ?? 0);
const log = openSync(process.env['ML_CONNECTOR_CRASH_LOG'] ?? '/dev/null', 'a');
const signal = process.env['ML_CONNECTOR_CRASH_SIGNAL'] === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL';
const counted = process.env['ML_CONNECTOR_CRASH_PASSES'];
let passed = 0;
let matched = 0;

function pass(kind: string, what: string): void {
  passed += 1;
  writeSync(log, `${JSON.stringify({ n: passed, kind, what })}\n`);
  if (counted === undefined || `${kind}: ${what}` === counted) matched += 1;
  else return;
  if (matched === at) process.kill(process.pid, signal);
}

function watchCalls(): void {
  const watch = (channel: string, kind: string): void =>
    subscribe(channel, (message) => pass(kind, describeCall(message)));
  // Not a byte of it has left; all of it has left; its answer is here, and nobody has seen it.
  watch('undici:request:create', 'call not sent');
  watch('undici:request:bodySent', 'call sent');
  watch('undici:request:trailers', 'call answered');
}

function describeCall(message: unknown): string {
  const request = memberOf(message, 'request');
  const path = String(memberOf(request, 'path')).replace(/\?.*$/, '');
  return `${String(memberOf(request, 'method'))} ${path}`;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Tables that the open transaction has written to. */
const written = new Set<string>();

function watchCommits(): void {
  const probe = new BetterSqlite(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('select 1')) as BetterSqlite.Statement;
  probe.close();
  for (const name of ['run', 'all'] as const) {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') throw new Error(`Statements of better-sqlite3 have no ${name}.`);
    const watched = function (this: BetterSqlite.Statement, ...parameters: unknown[]): unknown {
      const commit = commitOf(this);
      if (commit !== undefined) pass('commit not done', commit);
      const result: unknown = Reflect.apply(original, this, parameters);
      if (commit !== undefined) pass('commit done', commit);
      return result;
    };
    Reflect.set(prototype, name, watched);
  }
}

/** What a statement commits: the transaction it ends, or itself where none is open. */
function commitOf(statement: BetterSqlite.Statement): string | undefined {
  const { source, database } = statement;
  if (source === 'commit') {
    const tables = [...written].join(' ');
    written.clear();
    return tables;
  }
  if (source === 'rollback') written.clear();
  const change = /^(?:insert into|update|delete from|create table(?: if not exists)?) "?(\w+)/.exec(
    source,
  )?.[1];
  if (change === undefined) return undefined;
  if (!database.inTransaction) return change;
  written.add(change);
  return undefined;
}

watchCalls();
watchCommits();
