import { expect, test } from 'vitest';
import { inTransaction } from './database.ts';
import { sharedStore } from './store.testkit.ts';
import { trailEvent } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';
import { verifyStoredTrail } from './trail-source.ts';

test('a trail that several processes append to at the same time has no gap, also among its first entries', async () => {
  const store = await sharedStore();
  const handles = await Promise.all([store.open(), store.open(), store.open()]);
  const appends = handles.flatMap(({ db }) =>
    Array.from({ length: 10 }, () =>
      inTransaction(db, (tx) => appendTrail(tx, 'c1', [trailEvent(), trailEvent()])),
    ),
  );
  await Promise.all(appends);
  for (const { db } of handles)
    expect(await verifyStoredTrail(db, 'c1')).toMatchObject({ flaw: undefined, entries: 60 });
});
