import { expect, test } from 'vitest';
import { listParked, savePark } from './parked.ts';
import { listStaged, stageRecords } from './stage.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';

/** Keys that languages, and encodings of other widths, would put in another order than their bytes. */
const KEYS = [
  'a',
  'B',
  'b',
  'Z',
  'ä',
  'Ä',
  'é',
  'z',
  'ß',
  'ss',
  '9',
  '10',
  ' 1',
  'a b',
  'a-b',
  'a_b',
  'ab',
  '\u{1F600}',
  '\uFFFD',
  'İ',
  'ı',
  '中',
  '-',
];
const IN_ORDER = KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
const of = { connectionId: 'c', flow: 'suppliers' };

test('staged records are paged through by the bytes of their keys, whatever the letters mean', async () => {
  const db = await freshStore();
  await stageRecords(db, of, { recordKeys: KEYS, reason: 'changed', needsFetch: false, nowMs: NOW_MS });
  const seen: string[] = [];
  for (let afterKey = ''; ; afterKey = seen.at(-1) ?? '') {
    const page = await listStaged(db, of, { afterKey, limit: 2 });
    if (page.length === 0) break;
    seen.push(...page.map((record) => record.recordKey));
  }
  expect(seen).toEqual(IN_ORDER);
});

test('parked records are paged through in the same order', async () => {
  const db = await freshStore();
  for (const recordKey of KEYS) {
    const parked = {
      recordKey,
      label: '',
      code: 'cin7.refused',
      field: '',
      detail: '',
      fingerprint: null,
    } as const;
    await savePark(db, { ...of, runId: 'r' }, parked, NOW_MS);
  }
  const seen: string[] = [];
  for (;;) {
    const recordKey = seen.at(-1);
    const after = recordKey === undefined ? {} : { after: { flow: of.flow, recordKey } };
    const page = await listParked(db, { connectionId: of.connectionId, limit: 3, ...after });
    if (page.length === 0) break;
    seen.push(...page.map((record) => record.recordKey));
  }
  expect(seen).toEqual(IN_ORDER);
});
