import { describe, expect, test } from 'vitest';
import { type Ais, cells, grid, startAis } from './ais.testkit.ts';
import type { FaultAction, JdeFault } from './index.ts';

const TABLES = { F0101: Array.from({ length: 10 }, (_, i) => ({ AN8: i + 1 })), F0010: [{ CO: '00001' }] };

const PAGED = {
  targetName: 'F0101',
  returnControlIDs: 'F0101.AN8',
  maxPageSize: '4',
  enableNextPageProcessing: true,
};

async function withFault(action: FaultAction, on: JdeFault['on'] = { service: 'dataservice' }): Promise<Ais> {
  return startAis({ tables: TABLES, faults: [{ on, do: action, times: 1 }] });
}

async function followed(ais: Ais, answer: Awaited<ReturnType<Ais['get']>>) {
  const links: unknown = answer.json['links'];
  const href: unknown = Array.isArray(links) ? links[0]?.href : undefined;
  if (typeof href !== 'string') throw new Error('no link');
  return ais.get(href);
}

describe('answers in place of the real one', () => {
  test.each([
    [{ kind: 'status', status: 500, body: 'x', contentType: 'text/plain' }, 500, 'x'],
    [{ kind: 'html', status: 503 }, 503, '<!DOCTYPE html>'],
    [{ kind: 'invalidToken', status: 403 }, 403, '"Invalid Token"'],
    [{ kind: 'invalidToken', status: 444 }, 444, '"Invalid Token"'],
    [{ kind: 'sysErrors', text: 'no' }, 200, '{"sysErrors":[{"TITLE":"no"'],
    [{ kind: 'topLevelException' }, 200, '"exception":"Exception"'],
    [{ kind: 'dsError', text: 'no' }, 200, '{"ds_F0101":{"error":{"message":"no"}}}'],
  ] satisfies [FaultAction, number, string][])('%j', async (action, status, words) => {
    const ais = await withFault(action);
    const answer = await ais.browse({ targetName: 'F0101' });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect((await ais.browse({ targetName: 'F0101' })).json['fs_DATABROWSE_F0101']).toBeDefined();
  });

  test('form errors come with no rows, and do not use up the page', async () => {
    const ais = await withFault({ kind: 'formErrors' }, { service: 'next' });
    const first = await ais.browse(PAGED);
    const failed = await followed(ais, first);
    expect(failed.json['fs_DATABROWSE_F0101']?.['errors']).toEqual([
      expect.objectContaining({ CODE: '0052' }),
    ]);
    expect(grid(failed)).toMatchObject({ rowset: [], summary: { records: 0, moreRecords: false } });
    expect(cells(await followed(ais, first), 'F0101_AN8')).toEqual([5, 6, 7, 8]);
  });
});

describe('what happens to sessions and result sets', () => {
  test('the token dies in the middle of page 3', async () => {
    const ais = await withFault({ kind: 'killSession' }, { service: 'next', nth: 2 });
    const second = await followed(ais, await ais.browse(PAGED));
    expect(cells(second, 'F0101_AN8')).toEqual([5, 6, 7, 8]);
    expect((await followed(ais, second)).status).toBe(444);
    expect(ais.sim.openSessions).toBe(0);
  });

  test('the HTML server may forget a session whose token is still valid', async () => {
    const ais = await withFault({ kind: 'loseHtmlSession' });
    const token = await ais.signIn();
    expect((await ais.browse({ token, targetName: 'F0010' })).status).toBe(500);
    expect((await ais.browse({ token, targetName: 'F0010' })).status).toBe(500);
    expect((await ais.post('/jderest/v2/tokenrequest/validate', { token })).status).toBe(200);
    expect((await ais.browse({ targetName: 'F0010' })).status).toBe(200);
  });

  test('a restart kills every token', async () => {
    const ais = await withFault({ kind: 'restart' }, { table: 'F0010' });
    const token = await ais.signIn();
    expect((await ais.browse({ token: await ais.signIn(), targetName: 'F0010' })).status).toBe(444);
    expect((await ais.browse({ token, targetName: 'F0101' })).status).toBe(444);
  });

  test('an expired result set leaves the token alive', async () => {
    const ais = await withFault({ kind: 'expireCursor' }, { service: 'next' });
    const token = await ais.signIn();
    const late = await followed(ais, await ais.browse({ ...PAGED, token }));
    expect([late.status, late.text]).toEqual([500, expect.stringContaining('JAS_MSG347')]);
    expect((await ais.browse({ ...PAGED, token })).status).toBe(200);
  });
});

describe('what happens to pages', () => {
  test('a page may come twice', async () => {
    const ais = await withFault({ kind: 'repeatPage' }, { service: 'next' });
    const twice = await followed(ais, await ais.browse(PAGED));
    expect(cells(twice, 'F0101_AN8')).toEqual([1, 2, 3, 4]);
    expect(cells(await followed(ais, twice), 'F0101_AN8')).toEqual([5, 6, 7, 8]);
  });

  test('rows may be missing that the summary counts', async () => {
    const ais = await withFault({ kind: 'dropRows', count: 3 });
    const answer = await ais.browse(PAGED);
    expect(cells(answer, 'F0101_AN8')).toEqual([1]);
    expect(grid(answer)['summary']).toEqual({ records: 4, moreRecords: true });
  });

  test('more rows may be announced without a link', async () => {
    const ais = await withFault({ kind: 'dropLinks' });
    const answer = await ais.browse(PAGED);
    expect(grid(answer)['summary']).toEqual({ records: 4, moreRecords: true });
    expect(answer.json).not.toHaveProperty('links');
  });
});

describe('what happens on the wire', () => {
  test('an answer may be slow', async () => {
    const ais = await withFault({ kind: 'slow', ms: 150 });
    const token = await ais.signIn();
    const before = performance.now();
    await ais.browse({ ...PAGED, token });
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  test('an answer may never come, and stopping still works', async () => {
    const ais = await withFault({ kind: 'hang' });
    const token = await ais.signIn();
    const waiting = fetch(`${ais.sim.url}/jderest/v2/dataservice`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...PAGED, token }),
      signal: AbortSignal.timeout(200),
    });
    await expect(waiting).rejects.toThrow(/timeout/);
    await ais.sim.stop();
    expect(ais.sim.calls.at(-1)?.status).toBe(0);
  });

  test.each(['before', 'after'] as const)(
    'a connection may break %s the call is carried out',
    async (when) => {
      const ais = await withFault({ kind: 'reset', when }, { service: 'tokenrequest' });
      await expect(ais.signIn()).rejects.toThrow('fetch failed');
      expect(ais.sim.openSessions).toBe(when === 'before' ? 0 : 1);
    },
  );

  test('a body may be cut with the connection', async () => {
    const ais = await withFault({ kind: 'truncate', bytes: 100 });
    const token = await ais.signIn();
    await expect(ais.browse({ ...PAGED, token })).rejects.toThrow('terminated');
  });

  test('a body may be cut and look whole', async () => {
    const ais = await withFault({ kind: 'truncateClean', bytes: 100 });
    const answer = await ais.browse(PAGED);
    expect([answer.status, answer.text.length]).toEqual([200, 100]);
  });
});

describe('which calls are hit', () => {
  const html: FaultAction = { kind: 'html', status: 502 };

  async function statuses(faults: JdeFault[], seed: number, count = 12): Promise<number[]> {
    const ais = await startAis({ tables: TABLES, faults, seed });
    const token = await ais.signIn();
    const seen: number[] = [];
    for (let i = 0; i < count; i++)
      seen.push((await ais.browse({ token, targetName: i % 2 ? 'F0010' : 'F0101' })).status);
    return seen;
  }

  test('by number of all calls', async () => {
    expect(await statuses([{ on: { from: 3, to: 4 }, do: html }], 1, 5)).toEqual([200, 502, 502, 200, 200]);
  });

  test('by table and how often', async () => {
    expect(await statuses([{ on: { table: 'F0010' }, do: html, times: 2 }], 1, 6)).toEqual([
      200, 502, 200, 502, 200, 200,
    ]);
  });

  test('by rate: the same seed hits the same calls', async () => {
    const faults: JdeFault[] = [{ on: { service: 'dataservice', rate: 0.5 }, do: html }];
    const first = await statuses(faults, 7);
    expect(await statuses(faults, 7)).toEqual(first);
    expect(await statuses(faults, 8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 502]));
  });

  test('faults are added and cleared while it runs', async () => {
    const ais = await startAis({ tables: TABLES });
    ais.sim.addFault({ on: {}, do: html });
    expect((await ais.get('/jderest/v2/defaultconfig')).status).toBe(502);
    ais.sim.clearFaults();
    expect((await ais.get('/jderest/v2/defaultconfig')).status).toBe(200);
  });
});
