import { hash } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { isRunning } from './crash/durability.ts';
import { variantNamed } from './crash/variants.ts';
import { workload } from './crash/workload.ts';
import { IMPORT, openWorld, type ProcessEnd, type Rewrite, SYNC, type World } from './crash/world.ts';

const LASTS_MAX_MS = 180_000;
/** The next thing that the process would do is to send the header of a purchase. */
const BEFORE_A_PURCHASE = 'call not sent: POST /ExternalApi/v2/advanced-purchase';
const work = workload();

interface Overtaken {
  readonly world: World;
  readonly late: ProcessEnd;
  /** Writes in Cin7, and everything in the store, when the frozen process woke and when it had ended. */
  readonly before: { readonly writes: number; readonly store: ReturnType<typeof dump> };
  readonly after: { readonly writes: number; readonly store: ReturnType<typeof dump> };
}

/**
 * A process is stopped between the question whether it may write and the first byte of its write, for longer than its lease lasts;
 * another one takes the work over and brings it to its end; then the first one wakes.
 */
async function overtake(
  world: World,
  { freezeAt, rewrite }: { freezeAt: string; rewrite?: Rewrite },
): Promise<Overtaken> {
  await world.runHere(IMPORT);
  let pid = 0;
  const frozen = world.run(SYNC, { freezeAt, rewrite, onStart: (started) => (pid = started) });
  try {
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
    const next = await untilTaken(world);
    expect(next).toMatchObject({ code: 0 });
    const before = { writes: world.cin7.writes, store: dump(world.store) };
    process.kill(pid, 'SIGCONT');
    const late = await frozen;
    return { world, late, before, after: { writes: world.cin7.writes, store: dump(world.store) } };
  } finally {
    if (isThere(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** Starts the command until the lease has run out. */
async function untilTaken(world: World): Promise<ProcessEnd> {
  for (;;) {
    const ended = await world.run(SYNC);
    if (!ended.said.includes('run.busy')) return ended;
    await delay(1_000);
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What each table of the store holds, besides the calls that count against the allowance of Cin7. */
function dump(store: string): Readonly<Record<string, string>> {
  const sqlite = new BetterSqlite(store, { readonly: true });
  try {
    const tables = sqlite
      .prepare(`select name from sqlite_master where type = 'table' and name <> 'budget_slots'`)
      .pluck()
      .all();
    const rowsOf = (table: unknown): unknown[] => sqlite.prepare(`select * from "${String(table)}"`).all();
    return Object.fromEntries(tables.map((table) => [table, hash('sha256', JSON.stringify(rowsOf(table)))]));
  } finally {
    sqlite.close();
  }
}

/** Both systems keep idle connections open: on a closed one the late write would be lost by chance. */
async function openPatientWorld(): Promise<World> {
  const keep = (message: unknown): void => {
    // The channel hands out the server that begins to listen.
    (message as { readonly server: Server }).server.keepAliveTimeout = 0;
  };
  diagnostics.subscribe(LISTEN, keep);
  try {
    return await openWorld(variantNamed('usual'), work);
  } finally {
    diagnostics.unsubscribe(LISTEN, keep);
  }
}

const LISTEN = 'tracing:net.server.listen:asyncStart';

async function inWorld<T>(act: (world: World) => Promise<T>): Promise<T> {
  const world = await openPatientWorld();
  try {
    return await act(world);
  } finally {
    await world.stop();
  }
}

function purchasesTwice(world: World): readonly string[] {
  const notes = world.cin7.purchases().map((row) => String(row['Note']));
  return notes.filter((note, place) => notes.indexOf(note) !== place);
}

describe
  .skipIf(process.platform !== 'linux')
  .concurrent('a process that stood still while another one took its work over (needs /proc)', () => {
    test(
      'sends nothing and changes nothing when it wakes before a write',
      async () => {
        await inWorld(async (world) => {
          const { late, before, after } = await overtake(world, { freezeAt: BEFORE_A_PURCHASE });
          expect(late.said).toContain('run.lease_lost');
          expect(after).toEqual(before);
          expect(purchasesTwice(world)).toEqual([]);
        });
      },
      LASTS_MAX_MS,
    );

    test(
      'changes nothing when the answer of its write was waiting for it',
      async () => {
        await inWorld(async (world) => {
          const freezeAt = BEFORE_A_PURCHASE.replace('call not sent', 'call sent');
          const { late, before, after } = await overtake(world, { freezeAt });
          expect(late.said).toContain('run.lease_lost');
          expect(after).toEqual(before);
          expect(purchasesTwice(world)).toEqual([]);
        });
      },
      LASTS_MAX_MS,
    );

    test(
      'would send its write a second time if it did not look at its lease right before',
      async () => {
        const rewrite: Rewrite = {
          file: 'src/connectors/cin7/client.ts',
          replacements: [
            { from: 'mayLeave: () => call.permit?.isAllowed() !== false', to: 'mayLeave: () => true' },
          ],
        };
        await inWorld(async (world) => {
          const { before, after } = await overtake(world, { freezeAt: BEFORE_A_PURCHASE, rewrite });
          expect(after.writes).toBeGreaterThan(before.writes);
          expect(after.store).toEqual(before.store);
          expect(purchasesTwice(world)).not.toEqual([]);
        });
      },
      LASTS_MAX_MS,
    );
  });
