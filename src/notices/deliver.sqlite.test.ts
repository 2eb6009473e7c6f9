import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Db } from '../store/database.ts';
import { listDeliveries } from '../store/notice-deliveries.ts';
import { NOW_MS, openUntilEnd, startedRun, storePath } from '../store/store.testkit.ts';
import { deliverDue } from './deliver.ts';
import { noteEvent } from './note.ts';
import { deskOf, MINUTE_MS, startReceiver, webhookTo } from './notices.testkit.ts';

const states = async (db: Db) =>
  (await listDeliveries(db, { limit: 10 })).map(({ state, attempts }) => `${state} ${attempts}`);

describe('delivery', () => {
  test('goes on after its process was killed between sending and noting it, under the same id', async () => {
    const path = storePath();
    const { db } = await openUntilEnd(path);
    const { connectionId } = await startedRun(db);
    let kill = (): void => undefined;
    const receiver = await startReceiver((response, _received, count) => {
      if (count === 1) kill();
      else response.end();
    });
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await noteEvent(db, { event: 'run.no_progress', connectionId, runId: 'run-1', runs: 3 }, NOW_MS);
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', deliverOnce(path, desk.vault.values, receiver.host)],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    kill = () => void child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    expect(receiver.received).toHaveLength(1);
    expect(await states(db)).toEqual(['waiting 1']);
    expect(await deliverDue(desk)).toMatchObject({ delivered: 0 });
    desk.clock.advance(2 * MINUTE_MS);
    expect(await deliverDue(desk)).toMatchObject({ delivered: 1 });
    const [first, second] = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(second).toBe(first);
    expect(await states(db)).toEqual(['delivered 2']);
  });
});

/** A program that delivers what is due in a store, and is killed by the receiver. */
function deliverOnce(path: string, secrets: ReadonlyMap<string, string>, host: string): string {
  const source = (file: string) => JSON.stringify(resolve(import.meta.dirname, file));
  return `
    import { openSqlite } from ${source('../store/database.ts')};
    import { deliverDue } from ${source('deliver.ts')};
    const secrets = new Map(${JSON.stringify([...secrets])});
    const { db } = await openSqlite(${JSON.stringify(path)});
    await deliverDue({
      db, vault: { open: async (owner, name) => secrets.get(owner + ' ' + name) }, now: () => ${NOW_MS}, random: () => 1,
      publicUrl: undefined, allowHosts: [${JSON.stringify(host)}], signal: new AbortController().signal,
    });`;
}
