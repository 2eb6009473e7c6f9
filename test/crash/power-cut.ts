import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { chanceFrom } from './chance.ts';
import { Disk, type DiskEvent, type Loss } from './disk.ts';
import { readDiskTrace, tracingBytes } from './disk-trace.ts';
import { flawsOfCopy } from './durability.ts';
import type { Command, ProcessEnd, Rewrite, World } from './world.ts';

/** The files of a store that a power cut may leave; SQLite makes the index of the log anew. */
const PARTS = ['', '-wal', '-journal'] as const;

/** What a process did to its store, from what was there before. */
export interface DiskStory {
  readonly store: string;
  readonly before: ReadonlyMap<string, Buffer>;
  readonly events: readonly DiskEvent[];
}

interface Traced {
  readonly ended: ProcessEnd;
  readonly story: DiskStory;
}

/** Runs a command and notes what it does to the disk. */
export async function traceDisk(
  world: World,
  command: Command,
  options: { readonly killAt?: number | undefined; readonly rewrite?: Rewrite | undefined } = {},
): Promise<Traced> {
  const { store, folder } = world;
  const before = readStore(store);
  const trace = join(folder, 'disk-trace.txt');
  const ended = await world.run(command, { ...options, under: tracingBytes(trace) });
  const events = readDiskTrace(trace, store);
  rmSync(trace);
  return { ended, story: { store, before, events } };
}

/** Runs a command up to a boundary, where the power goes: of its store only what a disk must keep is left, and what it may. */
export async function runUntilPowerCut(
  world: World,
  command: Command,
  options: { readonly killAt: number; readonly rewrite?: Rewrite | undefined },
): Promise<ProcessEnd> {
  const { ended, story } = await traceDisk(world, command, options);
  if (!ended.killed) return ended;
  const disk = new Disk(story.before);
  for (const event of story.events) disk.apply(event);
  const { killAt } = options;
  const loss: Loss = killAt % 2 === 0 ? { kind: 'all' } : { kind: 'some', random: chanceFrom(killAt) };
  writeStore(world.store, named(disk.afterPowerCut(loss), world.store));
  return ended;
}

export interface Images {
  readonly count: number;
  readonly flaws: readonly string[];
}

/**
 * Cuts the power at many moments of a story: opens what is left, looks whether it is whole, and whether every call that had left by
 * then is known.
 *
 * @param takes whether to cut after this event; at each such moment once all that was not synced is lost, and once some of it.
 */
export async function cutEverywhere(
  story: DiskStory,
  takes: (event: DiskEvent, index: number) => boolean,
  random: () => number,
): Promise<Images> {
  const disk = new Disk(story.before);
  const calls: string[] = [];
  const flaws: string[] = [];
  let count = 0;
  for (const [index, event] of story.events.entries()) {
    disk.apply(event);
    if (event.kind === 'call') calls.push(event.text);
    if (!takes(event, index)) continue;
    for (const loss of [{ kind: 'all' }, { kind: 'some', random }] as const) {
      const found = await flawsOfImage(named(disk.afterPowerCut(loss), story.store), calls);
      count += 1;
      flaws.push(...found.map((flaw) => `event ${index} (${event.kind}), ${loss.kind} lost: ${flaw}`));
    }
  }
  return { count, flaws };
}

async function flawsOfImage(
  parts: ReadonlyMap<string, Buffer>,
  calls: readonly string[],
): Promise<readonly string[]> {
  const copy = join(mkdtempSync(join(tmpdir(), 'ml-connector-power-')), 'copy.db');
  writeStore(copy, parts);
  const unknown = unknownCalls(copy, calls);
  return [...unknown, ...(await flawsOfCopy(copy))];
}

/** Calls of which neither an intent nor an outcome tells. */
function unknownCalls(copy: string, calls: readonly string[]): readonly string[] {
  const sqlite = new BetterSqlite(copy);
  try {
    if (sqlite.prepare(`select 1 from sqlite_master where name = 'trail'`).get() === undefined)
      return calls.map((call) => `nothing is known of ${call.slice(0, 60)}`);
    const keys =
      'select 1 from intents where record_key = @key union select 1 from links where record_key = @key';
    const ids = 'select 1 from intents where cin7_id = @key union select 1 from links where cin7_id = @key';
    const [byKey, byId] = [sqlite.prepare(keys), sqlite.prepare(ids)];
    return calls
      .filter((call) => {
        const key = /\[JDE main (?:AB|PO) ([^\]]+)\]/.exec(call)?.[1];
        const id = /(?:[?&]ID=|"(?:ID|TaskID)":")([0-9a-f-]{36})/.exec(call)?.[1];
        return byKey.get({ key: key ?? '' }) === undefined && byId.get({ key: id ?? '' }) === undefined;
      })
      .map((call) => `nothing is known of ${call.slice(0, 60)}`);
  } finally {
    sqlite.close();
  }
}

function readStore(store: string): ReadonlyMap<string, Buffer> {
  return new Map(
    PARTS.map((part) => `${store}${part}`)
      .filter((file) => existsSync(file))
      .map((file) => [file, readFileSync(file)]),
  );
}

/** Files by what stands behind the name of the store. */
function named(files: ReadonlyMap<string, Buffer>, store: string): ReadonlyMap<string, Buffer> {
  return new Map([...files].map(([file, content]) => [file.slice(store.length), content]));
}

function writeStore(store: string, parts: ReadonlyMap<string, Buffer>): void {
  for (const part of [...PARTS, '-shm']) rmSync(`${store}${part}`, { force: true });
  for (const [part, content] of parts) writeFileSync(`${store}${part}`, content);
}
