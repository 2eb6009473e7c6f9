import { describe, expect, test } from 'vitest';
import { findConnection, type StoredConnection } from '../store/connections.ts';
import { loadCrosswalk, saveCrosswalkRows } from '../store/crosswalk.ts';
import type { Db } from '../store/database.ts';
import { saveChangedRows } from '../store/source-rows.ts';
import { listStaged } from '../store/stage.ts';
import { freshStore, NOW_MS, owned, startedRun } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { type CrosswalkChoice, importCrosswalk, previewCrosswalk } from './edit.ts';

const EDITOR = { actor: 'anna', origin: 'desk' };
const term = (code: string, target: string, ignored?: boolean): CrosswalkChoice => ({
  kind: 'paymentTerm',
  code,
  target,
  ...(ignored === undefined ? {} : { ignored }),
});

async function opened(): Promise<{ db: Db; connection: StoredConnection }> {
  const db = await freshStore();
  await startedRun(db);
  const connection = await findConnection(db, 'main');
  if (connection === undefined) throw new Error('No connection.');
  for (const [table, key] of [
    ['F0901', 'account'],
    ['F0401', 'supplier'],
    ['F4311', 'order'],
  ] as const)
    await saveChangedRows(db, { connectionId: connection.id, table }, [owned(key, `${table}|1`)], NOW_MS);
  return { db, connection };
}

async function staged(db: Db, connectionId: string): Promise<readonly string[]> {
  const flows = ['accounts', 'suppliers', 'purchases'];
  const lists = await Promise.all(
    flows.map((flow) => listStaged(db, { connectionId, flow }, { afterKey: '', limit: 10 })),
  );
  return lists.flat().map((record) => `${record.recordKey} ${record.reason}`);
}

describe('choices of people', () => {
  test('are stored with their name, and each one is told in the trail with old and new', async () => {
    const { db, connection } = await opened();
    await importCrosswalk(db, connection, [term('N30', '30 days')], EDITOR);
    await importCrosswalk(db, connection, [term('N30', '14 days')], { ...EDITOR, actor: 'bert' });
    expect(await loadCrosswalk(db, connection.id)).toMatchObject([
      { code: 'N30', target: '14 days', state: 'confirmed', origin: 'person', updatedBy: 'bert' },
    ]);
    const trail = await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 10 });
    expect(trail.map((entry) => [entry.actor, entry.action, JSON.parse(entry.data)])).toEqual([
      ['anna', 'crosswalk.set', { kind: 'paymentTerm', code: 'N30', from: null, to: '30 days' }],
      [
        'bert',
        'crosswalk.set',
        { kind: 'paymentTerm', code: 'N30', from: '30 days', to: '14 days', fromState: 'confirmed' },
      ],
    ]);
  });

  test('that came with a file are marked as that, in the table and in the trail', async () => {
    const { db, connection } = await opened();
    const imported = { ...term('N30', '30 days'), imported: true };
    await importCrosswalk(db, connection, [imported, term('N60', '60 days')], EDITOR);
    expect((await loadCrosswalk(db, connection.id)).map(({ origin }) => origin)).toEqual([
      'import',
      'person',
    ]);
    const trail = await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 10 });
    expect(trail.map(({ data }) => (JSON.parse(data) as { imported?: boolean }).imported)).toEqual([
      true,
      undefined,
    ]);
  });

  test('are counted before they are made, and nothing is stored by that', async () => {
    const { db, connection } = await opened();
    await importCrosswalk(db, connection, [term('A', 'x'), term('B', 'x'), term('C', 'x')], EDITOR);
    const choices = [
      term('A', 'x'),
      term('B', 'y'),
      term('C', ''),
      term('D', 'x'),
      term('E', ''),
      term('F', '', true),
    ];
    const counted = { added: 2, changed: 1, removed: 1, same: 2 };
    expect(await previewCrosswalk(db, connection, choices)).toEqual(counted);
    expect(await loadCrosswalk(db, connection.id)).toHaveLength(3);
    expect(await importCrosswalk(db, connection, choices, EDITOR)).toEqual(counted);
    const rows = await loadCrosswalk(db, connection.id);
    expect(rows.map((row) => `${row.code} ${row.target ?? '-'} ${row.state}`)).toEqual([
      'A x confirmed',
      'B y confirmed',
      'D x confirmed',
      'F - ignored',
    ]);
  });

  test('made again change nothing: no record is mapped anew, nothing is told', async () => {
    const { db, connection } = await opened();
    await importCrosswalk(db, connection, [term('N30', '30 days'), term('X', '', true)], EDITOR);
    const before = await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 10 });
    expect(
      await importCrosswalk(db, connection, [term('N30', '30 days'), term('X', '', true)], EDITOR),
    ).toEqual({
      added: 0,
      changed: 0,
      removed: 0,
      same: 2,
    });
    expect(await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 10 })).toEqual(before);
  });

  test('of one file that names a code twice: the last line wins', async () => {
    const { db, connection } = await opened();
    await importCrosswalk(db, connection, [term('N30', '30 days'), term('N30', '14 days')], EDITOR);
    expect(await loadCrosswalk(db, connection.id)).toMatchObject([{ target: '14 days' }]);
  });

  test('confirm what a rule had matched, and keep its label', async () => {
    const { db, connection } = await opened();
    await saveCrosswalkRows(db, connection.id, [
      {
        kind: 'paymentTerm',
        code: 'N30',
        label: 'Net 30',
        target: '30 days',
        state: 'matched',
        origin: 'auto',
        detail: '',
        updatedAtMs: NOW_MS,
        updatedBy: 'ml-connector',
      },
    ]);
    expect(await importCrosswalk(db, connection, [term('N30', '30 days')], EDITOR)).toMatchObject({
      added: 1,
    });
    expect(await loadCrosswalk(db, connection.id)).toMatchObject([
      { label: 'Net 30', state: 'confirmed', origin: 'person', updatedBy: 'anna' },
    ]);
  });

  test('of a kind that does not exist are refused as a whole, and the kinds are named', async () => {
    const { db, connection } = await opened();
    const work = importCrosswalk(
      db,
      connection,
      [term('N30', '30 days'), { ...term('x', 'y'), kind: 'terms' }],
      EDITOR,
    );
    await expect(work).rejects.toMatchObject({ code: 'input.invalid', field: 'kind' });
    await expect(work).rejects.toThrow(/"terms" is no kind.*paymentTerm/);
    expect(await loadCrosswalk(db, connection.id)).toEqual([]);
  });
});

describe('a choice maps anew what it may touch', () => {
  const cases = [
    ['paymentTerm', ['supplier remap', 'order remap']],
    ['taxRule', ['supplier remap', 'order remap']],
    ['currency', ['supplier remap', 'order remap']],
    ['country', ['supplier remap']],
    ['item', ['order remap']],
    ['unit', ['order remap']],
    ['location', ['order remap']],
    ['serviceProduct', ['order remap']],
    ['account', ['account remap', 'order remap']],
  ] as const;

  test.each(cases)('%s: %j', async (kind, expected) => {
    const { db, connection } = await opened();
    await importCrosswalk(db, connection, [{ kind, code: 'A', target: 'B' }], EDITOR);
    expect(await staged(db, connection.id)).toEqual(expected);
  });
});
