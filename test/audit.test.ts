import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cin7Simulator, startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { smallDataset } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { toCin7Company } from '../src/simulators/dataset/to-cin7-company.ts';
import { toJdeTables } from '../src/simulators/dataset/to-jde-tables.ts';
import { type JdeSimulator, startJdeSimulator } from '../src/simulators/jde/index.ts';
import { registerConnection } from '../src/store/connections.ts';
import { type Database, inTransaction, openSqlite } from '../src/store/database.ts';
import { trailEvent } from '../src/store/trail.testkit.ts';
import { appendTrail } from '../src/store/trail.ts';
import { jsonLines, openWorkplace, type Workplace } from './support/cli.ts';

const DAY_MS = 86_400_000;
const OLD_MS = Date.now() - 800 * DAY_MS;
const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
const YEAR_AGO = day(Date.now() - 400 * DAY_MS);

let jde: JdeSimulator;
let cin7: Cin7Simulator;
let work: Workplace;
let database: Database;

beforeEach(async () => {
  const dataset = smallDataset({});
  jde = await startJdeSimulator({ tables: toJdeTables(dataset) });
  cin7 = await startCin7Simulator({ company: toCin7Company(dataset) });
  work = openWorkplace({ jde, cin7 });
  database = await openSqlite(join(work.folder, 'data', 'ml-connector.db'));
});

afterEach(async () => {
  await database.close();
  await Promise.all([jde.stop(), cin7.stop()]);
  work.remove();
});

/** A connection with so many entries of 800 days ago and of now, each of a record of its own unless told otherwise. */
async function fill(old: number, young: number, records = 10): Promise<string> {
  const events = Array.from({ length: old + young }, (_, index) =>
    trailEvent({
      at: index < old ? OLD_MS : Date.now(),
      recordKey: `K${index % records}`,
      actor: 'cli:anna',
    }),
  );
  return inTransaction(database.db, async (tx) => {
    const { id } = await registerConnection(tx, { name: 'main', settings: {}, nowMs: OLD_MS });
    await appendTrail(tx, id, events);
    await appendTrail(tx, 'system', [trailEvent({ at: OLD_MS, recordKey: null, action: 'user.created' })]);
    return id;
  });
}

const lastLine = (out: string): Record<string, unknown> | undefined => jsonLines(out).at(-1);

describe('audit verify', () => {
  test('says of one trail or of all that they are intact, and names the first bad entry', async () => {
    await fill(0, 20);
    const one = await work.run('audit', 'verify', '--json');
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(lastLine(one.out)).toMatchObject({ intact: true, connection: 'main', entries: 20 });
    const all = await work.run('audit', 'verify', '--all', '--json');
    expect(jsonLines(all.out).map(({ connection, intact }) => [connection, intact])).toEqual([
      ['system', true],
      ['main', true],
    ]);
    await database.db.updateTable('trail').set({ actor: 'x' }).where('seq', '=', 7).execute();
    const damaged = await work.run('audit', 'verify', '--all', '--json');
    expect(damaged.code).toBe(1);
    expect(lastLine(damaged.out)).toMatchObject({ intact: false, seq: 7, problem: 'changed', entries: 6 });
    const words = await work.run('audit', 'verify');
    expect(words.out).toBe(
      'The trail of main is damaged. Entry 7 was changed: its content does not fit its hash. Entries before it are intact.\n',
    );
    expect((await work.run('audit', 'verify', '--system')).code).toBe(0);
  });

  test('finds with an anchor what nothing in the store tells', async () => {
    const chain = await fill(0, 20);
    await work.run('audit', 'anchor', 'anchors.jsonl', '--all');
    await inTransaction(database.db, (tx) => appendTrail(tx, chain, [trailEvent()]));
    const held = await work.run('audit', 'verify', '--all', '--anchor', 'anchors.jsonl', '--json');
    expect(held.code).toBe(0);
    expect(jsonLines(held.out).map(({ anchors }) => anchors)).toEqual([1, 1]);

    const { hash } = await database.db
      .selectFrom('trail')
      .select('hash')
      .where('chain', '=', chain)
      .where('seq', '=', 15)
      .executeTakeFirstOrThrow();
    await database.db.deleteFrom('trail').where('chain', '=', chain).where('seq', '>', 15).execute();
    await database.db.updateTable('trail_heads').set({ seq: 15, hash }).where('chain', '=', chain).execute();
    expect((await work.run('audit', 'verify')).code).toBe(0);
    const cut = await work.run('audit', 'verify', '--anchor', 'anchors.jsonl', '--json');
    expect(cut.code).toBe(1);
    expect(lastLine(cut.out)).toMatchObject({ intact: false, seq: 16, problem: 'cut off' });

    await database.db.deleteFrom('trail').where('chain', '=', chain).execute();
    await database.db.deleteFrom('trail_heads').where('chain', '=', chain).execute();
    await database.db.deleteFrom('connections').execute();
    const gone = await work.run('audit', 'verify', '--all', '--anchor', 'anchors.jsonl', '--json');
    expect(gone.code).toBe(1);
    expect(lastLine(gone.out)).toMatchObject({ connection: 'main', seq: 1, problem: 'cut off' });
  });

  test('refuses an anchor of another trail, and a file that holds none', async () => {
    await fill(0, 2);
    await work.run('audit', 'anchor', 'system.jsonl', '--system');
    const other = await work.run('audit', 'verify', '--anchor', 'system.jsonl');
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('is an anchor of system') });
    work.write('empty.txt', 'nothing\n');
    expect(await work.run('audit', 'verify', '--anchor', 'empty.txt')).toMatchObject({ code: 2 });
    expect(await work.run('audit', 'verify', '--anchor', 'absent.txt')).toMatchObject({ code: 2 });
  });
});

describe('audit export', () => {
  test('writes a file that verifies by itself and holds an anchor, and is told in the trail', async () => {
    await fill(5, 20);
    const written = await work.run('audit', 'export', '--format', 'jsonl', '--out', 'trail.jsonl');
    expect(written).toMatchObject({ code: 0, out: '' });
    const verified = await work.run('audit', 'verify', '--file', 'trail.jsonl', '--json');
    expect(verified.code).toBe(0);
    expect(lastLine(verified.out)).toMatchObject({ intact: true, entries: 25, linked: true });
    expect((await work.run('audit', 'verify', '--anchor', 'trail.jsonl')).code).toBe(0);

    const path = join(work.folder, 'trail.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"K7"', '"K8"'));
    const damaged = await work.run('audit', 'verify', '--file', 'trail.jsonl', '--json');
    expect(damaged.code).toBe(1);
    expect(lastLine(damaged.out)).toMatchObject({ intact: false, flaw: { seq: 8, problem: 'changed' } });

    const exported = await work.run('audit', 'export', '--format', 'jsonl', '--action', 'trail.exported');
    expect(jsonLines(exported.out)[1]).toMatchObject({
      actor: expect.stringMatching(/^cli:/),
      data: { format: 'jsonl', lastSeq: 25 },
    });
  });

  test('takes a span of days, a record and acts, also as CSV', async () => {
    await fill(5, 20);
    const seqs = async (...args: readonly string[]) =>
      jsonLines((await work.run('audit', 'export', '--format', 'jsonl', ...args)).out)
        .slice(1, -1)
        .map(({ seq }) => seq);
    expect(await seqs('--to', day(OLD_MS))).toEqual([1, 2, 3, 4, 5]);
    expect(await seqs('--from', day(OLD_MS), '--to', day(OLD_MS), '--record', 'K3')).toEqual([4]);
    expect(await seqs('--from', day(OLD_MS + 2 * DAY_MS), '--action', 'record.created')).toHaveLength(20);
    const csv = await work.run('audit', 'export', '--format', 'csv', '--to', day(OLD_MS));
    expect(csv.out.split('\n')).toHaveLength(1 + 5 + 1);
  });

  test.each([
    ['a format that there is not', ['--format', 'xml']],
    ['a day that there is not', ['--format', 'csv', '--from', '2026-02-30']],
    ['a run that there is not', ['--format', 'csv', '--run', 'abc']],
    ['a folder that there is not', ['--format', 'csv', '--out', 'absent/trail.csv']],
  ])('refuses %s', async (_, args) => {
    await fill(1, 1);
    expect(await work.run('audit', 'export', ...args)).toMatchObject({ code: 2, out: '' });
  });
});

describe('audit prune', () => {
  test('shows first, then removes, and the trail verifies with the key of the store or its public half', async () => {
    await fill(50, 10);
    const shown = await work.run('audit', 'prune', '--before', YEAR_AGO, '--dry-run', '--json');
    expect(lastLine(shown.out)).toMatchObject({ removed: 50, kept: 0, dryRun: true });
    const pruned = await work.run('audit', 'prune', '--before', YEAR_AGO, '--all', '--json');
    expect(pruned.code).toBe(0);
    expect(jsonLines(pruned.out)).toMatchObject([
      { connection: 'system', removed: 1 },
      { connection: 'main', removed: 50, dryRun: false },
    ]);
    const verified = await work.run('audit', 'verify', '--json');
    expect(verified.code).toBe(0);
    expect(lastLine(verified.out)).toMatchObject({ intact: true, entries: 11, removed: 50 });

    const { out: publicKey } = await work.run('audit', 'public-key');
    work.write('trail.pem', publicKey);
    await work.run('audit', 'export', '--format', 'jsonl', '--out', 'trail.jsonl');
    const signed = await work.run('audit', 'verify', '--file', 'trail.jsonl', '--public-key', 'trail.pem');
    expect(signed).toMatchObject({ code: 0, out: expect.stringContaining('Signed by the key') });
  });

  test('without the right key the summaries are not taken on trust', async () => {
    await fill(50, 10);
    await work.run('audit', 'prune', '--before', YEAR_AGO);
    work.write('other.pem', OTHER_KEY);
    const unknown = await work.run('audit', 'verify', '--public-key', 'other.pem');
    expect(unknown).toMatchObject({ code: 3, out: expect.stringContaining('could not be checked') });
  });

  test('refuses the last 365 days before it does anything', async () => {
    await fill(50, 10);
    const refused = await work.run('audit', 'prune', '--before', day(Date.now() - 300 * DAY_MS), '--json');
    expect(refused.code).toBe(3);
    expect(lastLine(refused.out)).toMatchObject({ error: { code: 'trail.too_young' } });
    expect(await database.db.selectFrom('secrets').selectAll().execute()).toEqual([]);
  });

  test('killed in the middle leaves a sound trail, and the next one ends the work', async () => {
    await fill(30_000, 10);
    const pruning = work.start('audit', 'prune', '--before', YEAR_AGO);
    while ((await summaries()) < 2) await turn();
    pruning.kill('SIGKILL');
    expect((await pruning.ended).signal).toBe('SIGKILL');
    expect(await summaries()).toBeLessThan(15);
    const verified = await work.run('audit', 'verify', '--json');
    expect(lastLine(verified.out)).toMatchObject({ intact: true });
    await work.run('audit', 'prune', '--before', YEAR_AGO);
    const again = await work.run('audit', 'verify', '--json');
    expect(lastLine(again.out)).toMatchObject({ intact: true, removed: 30_000 });
    expect(await summaries()).toBe(15);
  });

  async function summaries(): Promise<number> {
    return (await database.db.selectFrom('trail_summaries').select('first_seq').execute()).length;
  }
});

/** Public half of an Ed25519 key that nobody has: https://www.rfc-editor.org/rfc/rfc8410 section 10.1. */
const OTHER_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
`;
