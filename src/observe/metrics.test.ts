import { describe, expect, test } from 'vitest';
import type { Db } from '../store/database.ts';
import { savePark } from '../store/parked.ts';
import { endRun, releaseLease } from '../store/runs.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { Metrics } from './metrics.ts';

const DAY_MS = 86_400_000;

async function opened(own: { db?: Db; connectionsMax?: number } = {}) {
  const db = own.db ?? (await freshStore());
  let nowMs = NOW_MS;
  const metrics = new Metrics({
    db,
    now: () => nowMs,
    version: '1.2.3',
    connectionsMax: own.connectionsMax ?? 50,
    flowTables: { suppliers: ['F0401', 'F0101'], purchases: ['F4311'] },
    processFigures: false,
  });
  return {
    db,
    metrics,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Figures by name with labels, those of histograms left out. */
    figures: async () => {
      const { body } = await metrics.scrape();
      const lines = body.split('\n').filter((line) => line !== '' && !/^#|_bucket|_sum/.test(line));
      return Object.fromEntries(
        lines.map((line) => [
          line.slice(0, line.lastIndexOf(' ')),
          Number(line.slice(line.lastIndexOf(' ') + 1)),
        ]),
      );
    },
  };
}

async function stage(db: Db, connectionId: string, recordKey: string, stagedAt: number): Promise<void> {
  await db
    .insertInto('stage')
    .values({
      connection_id: connectionId,
      flow: 'suppliers',
      record_key: recordKey,
      reason: 'changed',
      needs_fetch: 0,
      staged_at: stagedAt,
    })
    .execute();
}

describe('figures of the store', () => {
  test('tell what waits, what is parked, how far was read and what the key still allows', async () => {
    const { db, metrics, figures } = await opened();
    const run = await startedRun(db);
    const { connectionId } = run;
    await stage(db, connectionId, '1', NOW_MS - 60_000);
    await stage(db, connectionId, '2', NOW_MS);
    const parked = {
      label: 'L',
      field: 'F',
      detail: 'D',
      fingerprint: null,
      code: 'crosswalk.unmapped',
    } as const;
    const of = { connectionId, flow: 'suppliers', runId: run.runId };
    await savePark(db, of, { ...parked, recordKey: '3' }, NOW_MS - 5_000);
    for (const [table, day] of [
      ['F0401', '2027-01-15'],
      ['F0101', '2027-01-14'],
      ['F4311', '2027-01-15'],
    ] as const)
      await db
        .insertInto('watermarks')
        .values({
          connection_id: connectionId,
          table_name: table,
          changed_until: day,
          run_id: 'r',
          updated_at: 0,
        })
        .execute();
    const slot = (released_at: number | null, started_at = NOW_MS - 1_000) => ({
      key_hash: 'abcdef0123456789',
      started_at,
      released_at,
    });
    await db
      .insertInto('budget_slots')
      .values([
        slot(null),
        slot(NOW_MS - 30_000),
        slot(NOW_MS - 61_000),
        slot(0),
        slot(null, NOW_MS - DAY_MS),
      ])
      .execute();
    metrics.budgetLimit('abcdef0123456789', 60);
    const main = 'connection="main",flow="suppliers"';
    expect(await figures()).toMatchObject({
      'ml_connector_info{version="1.2.3"}': 1,
      ml_connector_store_up: 1,
      ml_connector_connections: 1,
      [`ml_connector_staged_records{${main}}`]: 2,
      [`ml_connector_staged_oldest_seconds{${main}}`]: 60,
      [`ml_connector_parked_records{${main},code="crosswalk.unmapped"}`]: 1,
      [`ml_connector_parked_oldest_seconds{${main}}`]: 5,
      [`ml_connector_watermark_age_seconds{${main}}`]: 32 * 3_600,
      'ml_connector_watermark_age_seconds{connection="main",flow="purchases"}': 8 * 3_600,
      'ml_connector_runs_open{connection="main",state="running"}': 1,
      'ml_connector_cin7_budget_used{key="abcdef01"}': 2,
      'ml_connector_cin7_budget_limit{key="abcdef01"}': 60,
      ml_connector_notices_waiting: 0,
    });
  });

  test('tell how long ago a sync succeeded, and forget what is no more', async () => {
    const { db, advance, figures } = await opened();
    const run = await startedRun(db);
    await stage(db, run.connectionId, '1', NOW_MS);
    expect(await figures()).toHaveProperty('ml_connector_staged_records{connection="main",flow="suppliers"}');
    await endRun(db, run, { state: 'succeeded', nowMs: NOW_MS, summary: '{}' });
    await db.deleteFrom('stage').execute();
    advance(90_000);
    const later = await figures();
    expect(later).toMatchObject({
      'ml_connector_last_success_age_seconds{connection="main",kind="sync"}': 90,
    });
    expect(Object.keys(later).filter((name) => /staged|runs_open/.test(name))).toEqual([]);
  });

  test('of a thousand connections have labels for some and a sum for the others', async () => {
    const { db, figures } = await opened({ connectionsMax: 3 });
    for (let number = 100; number < 110; number++) {
      const run = await startedRun(db, { name: `c${number}`, runId: `r${number}`, holder: `h:${number}` });
      await stage(db, run.connectionId, '1', NOW_MS - number * 1_000);
      await releaseLease(db, run);
    }
    const all = await figures();
    const staged = Object.entries(all).filter(([name]) => name.startsWith('ml_connector_staged_records'));
    expect(staged).toEqual(
      [
        ['ml_connector_staged_records{connection="c100",flow="suppliers"}', 1],
        ['ml_connector_staged_records{connection="c101",flow="suppliers"}', 1],
        ['ml_connector_staged_records{connection="c102",flow="suppliers"}', 1],
        ['ml_connector_staged_records{connection="(others)",flow="suppliers"}', 7],
      ].toSorted((a, b) => order(staged, a) - order(staged, b)),
    );
    expect(all['ml_connector_staged_oldest_seconds{connection="(others)",flow="suppliers"}']).toBe(109);
  });

  test('are read again only when they are old, however many ask', async () => {
    const { db, advance, figures } = await opened();
    const run = await startedRun(db);
    const waiting = 'ml_connector_staged_records{connection="main",flow="suppliers"}';
    await stage(db, run.connectionId, '1', NOW_MS);
    await Promise.all([figures(), figures()]);
    await stage(db, run.connectionId, '2', NOW_MS);
    expect((await figures())[waiting]).toBe(1);
    advance(5_000);
    expect((await figures())[waiting]).toBe(2);
  });

  test('that cannot be read are left out, and the rest is still told', async () => {
    const { db, metrics, figures } = await opened();
    metrics.runEnded({ connection: 'main', kind: 'sync', state: 'failed', seconds: 2 });
    await db.schema.dropTable('stage').execute();
    expect(await figures()).toMatchObject({
      ml_connector_store_up: 0,
      'ml_connector_runs_total{connection="main",kind="sync",state="failed"}': 1,
    });
  });
});

const order = (list: readonly (readonly [string, number])[], [name]: readonly (string | number)[]): number =>
  list.findIndex(([each]) => each === name);

describe('figures of the process', () => {
  test('count calls by what was called and what became of them, never by id', async () => {
    const { metrics, figures } = await opened();
    const call = { system: 'cin7', method: 'GET', path: '/supplier', result: 'ok', ms: 120 } as const;
    metrics.call(call);
    metrics.call(call);
    metrics.call({ ...call, result: 'rateRefused' });
    for (let number = 0; number < 200; number++) metrics.call({ ...call, path: `/p${number}` });
    const all = await figures();
    expect(all['ml_connector_calls_total{system="cin7",method="GET",path="/supplier",result="ok"}']).toBe(2);
    expect(all['ml_connector_calls_total{system="cin7",method="GET",path="(others)",result="ok"}']).toBe(141);
    expect(Object.keys(all).filter((name) => name.startsWith('ml_connector_calls_total'))).toHaveLength(62);
  });

  test('two of them in one process do not know each other', async () => {
    const [one, two] = [await opened(), await opened()];
    one.metrics.runEnded({ connection: 'main', kind: 'sync', state: 'succeeded', seconds: 2 });
    expect(Object.keys(await two.figures()).filter((name) => name.includes('runs_total'))).toEqual([]);
  });

  test('tell of memory and event loop where they are wanted', async () => {
    const db = await freshStore();
    const metrics = new Metrics({ db, now: () => NOW_MS, version: '1', connectionsMax: 5, flowTables: {} });
    const { body, contentType } = await metrics.scrape();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).toContain('nodejs_eventloop_lag_seconds');
  });
});
