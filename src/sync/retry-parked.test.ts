import { expect, test } from 'vitest';
import { type Db, inTransaction } from '../store/database.ts';
import { loadLinks, saveLink } from '../store/links.ts';
import { listParked, savePark } from '../store/parked.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { retryParked } from './retry-parked.ts';

const requester = { actor: 'user:anna', origin: '192.0.2.7' };

async function withParkedOrder(db: Db) {
  const run = await startedRun(db);
  const of = { connectionId: run.connectionId, flow: 'purchases' };
  await inTransaction(db, async (tx) => {
    const record = {
      recordKey: '100',
      label: 'PO 100',
      code: 'purchases.voided_in_cin7',
      field: '',
      detail: 'Voided.',
    } as const;
    await savePark(tx, { ...of, runId: run.runId }, { ...record, subject: '', fingerprint: null }, NOW_MS);
    await saveLink(
      tx,
      run,
      'purchases',
      {
        recordKey: '100',
        cin7Id: 'cin7-77',
        cin7Number: 'PO-00077',
        state: 'live',
        label: 'PO 100',
        nameKey: '',
        fingerprint: 'f',
        payload: '{}',
        details: '{}',
      },
      NOW_MS,
    );
  });
  const connection = { id: run.connectionId, name: 'main', settingsVersion: 3 };
  return { of, connection, records: await listParked(db, { ...of, limit: 10 }) };
}

test('another try is told with who asked for it, from where, and why the record was parked', async () => {
  const db = await freshStore();
  const { connection, records } = await withParkedOrder(db);
  expect(await retryParked(db, connection, { records, relink: false, requester, nowMs: NOW_MS })).toBe(1);
  expect(await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 10 })).toMatchObject([
    { ...requester, action: 'parked.retried', recordKey: '100', settingsVersion: 3, cin7Id: null },
  ]);
});

test('a link that is forgotten is told with the object that it led to', async () => {
  const db = await freshStore();
  const { of, connection, records } = await withParkedOrder(db);
  await retryParked(db, connection, { records, relink: true, requester, nowMs: NOW_MS });
  expect(await loadLinks(db, of, ['100'])).toEqual(new Map());
  expect(await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 10 })).toMatchObject([
    { ...requester, action: 'parked.relinked', recordKey: '100', cin7Id: 'cin7-77' },
  ]);
});
