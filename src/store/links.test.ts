import { describe, expect, test } from 'vitest';
import { deleteIntents, type Intent, listOpenIntents, markHeaderDone, saveSentIntents } from './intents.ts';
import { dropLink, findLinkByCin7Id, type Link, loadLinks, loadNameOwners, saveLink } from './links.ts';
import type { RunHandle } from './runs.ts';
import { freshStore, NOW_MS, startedRun } from './store.testkit.ts';

const link = (own: Partial<Link> = {}): Link => ({
  recordKey: '4343',
  cin7Id: 'id-1',
  cin7Number: '',
  state: 'live',
  label: 'Parts Emporium',
  nameKey: 'parts emporium',
  fingerprint: 'f1',
  payload: '{}',
  details: '{}',
  ...own,
});

const intent = (own: Partial<Intent> = {}): Intent => ({
  recordKey: '4343',
  action: 'create',
  state: 'sent',
  label: 'Parts Emporium',
  fingerprint: 'f1',
  payload: '{}',
  cin7Id: null,
  cin7Number: null,
  sentAtMs: NOW_MS,
  ...own,
});

async function opened() {
  const db = await freshStore();
  const run = await startedRun(db);
  const of = { connectionId: run.connectionId, flow: 'suppliers' };
  const save = (...links: readonly Link[]) =>
    links.reduce(
      (before, each) => before.then(() => saveLink(db, run, 'suppliers', each, NOW_MS)),
      Promise.resolve(),
    );
  return { db, run, of, save };
}

describe('links', () => {
  test('are found by record and by Cin7 id, and hold what was last written', async () => {
    const { db, of, save } = await opened();
    await save(link(), link({ fingerprint: 'f2', state: 'voided' }));
    expect(await loadLinks(db, of, ['4343', '4344'])).toEqual(
      new Map([['4343', link({ fingerprint: 'f2', state: 'voided' })]]),
    );
    expect(await findLinkByCin7Id(db, of, 'id-1')).toMatchObject({ recordKey: '4343' });
    expect(await findLinkByCin7Id(db, { ...of, flow: 'purchases' }, 'id-1')).toBeUndefined();
  });

  test('two records never share one object in Cin7', async () => {
    const { db, of, save } = await opened();
    await save(link());
    await expect(save(link({ recordKey: '4344' }))).rejects.toThrow(/unique/i);
    expect([...(await loadLinks(db, of, ['4343', '4344'])).keys()]).toEqual(['4343']);
  });

  test('know who owns a name', async () => {
    const { db, of, save } = await opened();
    await save(link(), link({ recordKey: '4344', cin7Id: 'id-2', nameKey: 'other' }));
    expect(await loadNameOwners(db, of, ['other', 'parts emporium', 'nobody'])).toEqual(
      new Map([
        ['parts emporium', '4343'],
        ['other', '4344'],
      ]),
    );
  });

  test('are gone when they are dropped, and only they', async () => {
    const { db, of, save } = await opened();
    await save(...['3', '1', '2'].map((recordKey) => link({ recordKey, cin7Id: `id-${recordKey}` })));
    await dropLink(db, of, '2');
    expect([...(await loadLinks(db, of, ['1', '2', '3'])).keys()]).toEqual(['1', '3']);
  });
});

describe('intents', () => {
  const save = (
    db: Awaited<ReturnType<typeof opened>>['db'],
    run: RunHandle,
    ...intents: readonly Intent[]
  ) => saveSentIntents(db, run, 'suppliers', intents);

  test('a record has one open intent at most', async () => {
    const { db, run, of } = await opened();
    await save(db, run, intent());
    await expect(save(db, run, intent({ action: 'update' }))).rejects.toThrow(/unique/i);
    expect(await listOpenIntents(db, of)).toEqual([intent()]);
  });

  test('come back in the order in which they were noted', async () => {
    const { db, run, of } = await opened();
    await save(db, run, intent({ recordKey: '9' }), intent({ recordKey: '1' }));
    expect((await listOpenIntents(db, of)).map((each) => each.recordKey)).toEqual(['9', '1']);
  });

  test('of a purchase whose header exists stay when only those that were never sent are dropped', async () => {
    const { db, run, of } = await opened();
    await save(db, run, intent(), intent({ recordKey: '4344' }));
    await markHeaderDone(db, of, { recordKey: '4344', cin7Id: 'id-2', cin7Number: 'PO-1' });
    await deleteIntents(db, { ...of, state: 'sent' }, ['4343', '4344']);
    expect(await listOpenIntents(db, of)).toEqual([
      intent({ recordKey: '4344', state: 'header_done', cin7Id: 'id-2', cin7Number: 'PO-1' }),
    ]);
    await deleteIntents(db, of, ['4344']);
    expect(await listOpenIntents(db, of)).toEqual([]);
  });
});
