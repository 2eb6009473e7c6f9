import { describe, expect, test } from 'vitest';
import type { Db } from '../store/database.ts';
import { inTransaction } from '../store/database.ts';
import { listDeliveries } from '../store/notice-deliveries.ts';
import { listNotices, listTroubles } from '../store/notices.ts';
import { savePark } from '../store/parked.ts';
import { endRun, type RunHandle } from '../store/runs.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import type { NoticeEvent } from './events.ts';
import { watchFreshness } from './freshness.ts';
import { parseMessage } from './message.ts';
import { noteEvent, noteRecovery } from './note.ts';
import { DAY_MS, deskOf, MINUTE_MS, startReceiver, webhookTo } from './notices.testkit.ts';
import { watchOutages } from './outages.ts';
import { type EndedRun, noteRunEnding } from './run-ending.ts';

async function opened() {
  const db = await freshStore();
  const run = await startedRun(db);
  return { db, run, connectionId: run.connectionId };
}

async function told(db: Db) {
  const notices = await listNotices(db, { limit: 100 });
  return notices
    .map(({ event, state, message, runId }) => ({ event, state, runId, ...parseMessage(message) }))
    .toReversed();
}

const titles = async (db: Db) => (await told(db)).map(({ title }) => title);

function failure(connectionId: string, own: Partial<Extract<NoticeEvent, { event: 'run.failed' }>> = {}) {
  return {
    event: 'run.failed',
    connectionId,
    runId: 'run-1',
    runKind: 'sync',
    code: 'cin7.credentials_refused',
    text: 'Cin7 refused GET /me: HTTP 403',
    ...own,
  } as const;
}

const ended = (run: RunHandle, own: Partial<EndedRun> = {}): EndedRun => ({
  runId: run.runId,
  connectionId: run.connectionId,
  kind: 'sync',
  state: 'succeeded',
  stuckRuns: 0,
  ...own,
});

const FAILED = {
  state: 'failed',
  fault: { code: 'cin7.credentials_refused', message: 'Cin7 refused GET /me' },
} as const;

describe('an event', () => {
  test('is told in plain words, with the next step and a page to open', async () => {
    const { db, connectionId } = await opened();
    await noteEvent(db, failure(connectionId), NOW_MS);
    expect(await told(db)).toEqual([
      {
        event: 'run.failed',
        state: 'raised',
        runId: 'run-1',
        title: 'main: the sync failed',
        lines: ['Cin7 refused GET /me: HTTP 403', 'Code: cin7.credentials_refused'],
        hint: 'Check account id and application key under Integrations > API in Cin7 Core.',
        path: '/runs/run-1',
        connection: 'main',
        data: failure(connectionId),
      },
    ]);
  });

  test('of a transaction that was rolled back is not told', async () => {
    const { db, connectionId } = await opened();
    const desk = deskOf(db);
    await desk.add(webhookTo(await startReceiver()));
    const work = inTransaction(db, async (tx) => {
      await noteEvent(tx, failure(connectionId), NOW_MS);
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await told(db)).toEqual([]);
    expect(await listTroubles(db)).toEqual([]);
    expect(await listDeliveries(db, { limit: 10 })).toEqual([]);
  });

  test('with an endless text is cut to what a mail or a chat can hold', async () => {
    const { db, connectionId } = await opened();
    await noteEvent(db, failure(connectionId, { text: `a\u0007b\n${'x'.repeat(5_000)}` }), NOW_MS);
    const [notice] = await told(db);
    expect(notice?.lines[0]).toMatch(/^a b x{995}…$/);
  });
});

describe('the same trouble', () => {
  test('is told at once, then not for a day, then with how often it was met', async () => {
    const { db, connectionId } = await opened();
    for (let at = 0; at <= DAY_MS; at += DAY_MS / 24) await noteEvent(db, failure(connectionId), NOW_MS + at);
    const notices = await told(db);
    expect(notices.map(({ state, title }) => `${state}: ${title}`)).toEqual([
      'raised: main: the sync failed',
      'repeated: main: the sync failed (still)',
    ]);
    expect(notices[1]?.lines.at(-1)).toBe(
      'It was met 24 times since the last message, 25 times since 2027-01-15 08:00 UTC.',
    );
  });

  test('is not the same with another code, kind of run or connection', async () => {
    const { db, connectionId } = await opened();
    const other = await startedRun(db, { name: 'other', runId: 'run-2' });
    await noteEvent(db, failure(connectionId), NOW_MS);
    await noteEvent(db, failure(connectionId, { code: 'jde.user_locked' }), NOW_MS);
    await noteEvent(db, failure(connectionId, { runKind: 'plan' }), NOW_MS);
    await noteEvent(db, failure(other.connectionId), NOW_MS);
    await noteEvent(db, failure(other.connectionId, { code: undefined }), NOW_MS);
    expect(await told(db)).toHaveLength(5);
  });

  test('of whoever tries out user names is one message an hour', async () => {
    const { db } = await opened();
    for (const user of ['anna', 'bert', 'carl']) {
      await noteEvent(db, { event: 'sign_in.blocked', user, origin: '192.0.2.1', minutes: 15 }, NOW_MS);
    }
    expect(await titles(db)).toEqual(['Signing in as anna is blocked for 15 minutes']);
  });

  test('of a reconcile is told again when its figures change', async () => {
    const { db, connectionId } = await opened();
    const found = (count: number) =>
      noteEvent(
        db,
        {
          event: 'reconcile.differences',
          connectionId,
          runId: 'run-1',
          differences: [{ what: 'purchase orders that are not in Cin7', count, examples: ['OP 1001'] }],
        },
        NOW_MS,
      );
    expect([await found(2), await found(2), await found(3)]).toEqual([true, false, true]);
  });
});

describe('trouble that is over', () => {
  test('is told in one message, and the next time it is new trouble', async () => {
    const { db, run, connectionId } = await opened();
    await noteRunEnding(db, ended(run, FAILED), NOW_MS);
    await noteRunEnding(db, ended(run, { ...FAILED, stuckRuns: 3 }), NOW_MS + MINUTE_MS);
    await noteRunEnding(db, ended(run), NOW_MS + 2 * MINUTE_MS);
    expect(await titles(db)).toEqual([
      'main: the sync failed',
      'main: the sync does not get on',
      'main: back to normal',
    ]);
    const back = (await told(db)).at(-1);
    expect(back?.event).toBe('connection.back');
    expect(back?.lines).toEqual([
      'Over: main: the sync failed (since 2027-01-15 08:00 UTC, met 2 times).',
      'Over: main: the sync does not get on (since 2027-01-15 08:01 UTC, met 1 time).',
    ]);
    expect(await noteEvent(db, failure(connectionId), NOW_MS + 3 * MINUTE_MS)).toBe(true);
  });

  test('and was never told is not told to be over', async () => {
    const { db, run } = await opened();
    const outages = watchOutages(db, run.connectionId, () => NOW_MS);
    await outages.away('cin7', 'Cin7 did not answer.');
    await noteRunEnding(db, ended(run), NOW_MS);
    expect(await told(db)).toEqual([]);
    expect(await listTroubles(db)).toEqual([]);
  });

  test('of a sync is not healed by a plan', async () => {
    const { db, run } = await opened();
    await noteRunEnding(db, ended(run, FAILED), NOW_MS);
    await noteRunEnding(db, ended(run, { kind: 'plan' }), NOW_MS);
    expect(await titles(db)).toEqual(['main: the sync failed']);
  });

  test('of one connection does not heal another', async () => {
    const { db, run } = await opened();
    const other = await startedRun(db, { name: 'other', runId: 'run-2' });
    await noteRunEnding(db, ended(run, FAILED), NOW_MS);
    await noteRunEnding(db, ended(other), NOW_MS);
    expect(await titles(db)).toEqual(['main: the sync failed']);
  });

  test('is told to a channel that was told of it, though it did not ask for good news', async () => {
    const { db, connectionId } = await opened();
    const desk = deskOf(db);
    await desk.add(webhookTo(await startReceiver(), { events: ['run.failed'] }));
    await desk.add(webhookTo(await startReceiver(), { events: ['parked.new'] }));
    await noteEvent(db, failure(connectionId), NOW_MS);
    await noteRecovery(db, { connectionId, events: ['run.failed'], nowMs: NOW_MS });
    const deliveries = await listDeliveries(db, { limit: 10 });
    expect(deliveries.map(({ event }) => event).toSorted()).toEqual(['connection.back', 'run.failed']);
  });
});

describe('the end of a run', () => {
  test('with 500 newly parked records is one message, by cause, with a few examples', async () => {
    const { db, run } = await opened();
    const park = (recordKey: string, own: Partial<Parameters<typeof savePark>[2]>) =>
      savePark(
        db,
        { connectionId: run.connectionId, flow: 'suppliers', runId: run.runId },
        {
          recordKey,
          label: `Supplier ${recordKey}`,
          code: 'crosswalk.unmapped',
          field: 'F0401_TRAP',
          detail: 'The payment term "N60" is not mapped.',
          fingerprint: null,
          ...own,
        },
        NOW_MS,
      );
    for (let key = 1; key <= 480; key++) await park(String(key), {});
    for (let key = 481; key <= 500; key++)
      await park(String(key), { code: 'suppliers.name_too_long', field: 'F0101_ALPH' });
    await noteRunEnding(db, ended(run), NOW_MS);
    const notices = await told(db);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({
      event: 'parked.new',
      title: 'main: 500 records need attention',
      path: '/c/main/parked',
    });
    expect(notices[0]?.lines.slice(1)).toEqual([
      '480 suppliers (crosswalk.unmapped, F0401_TRAP): Supplier 1; Supplier 10; Supplier 100 and others. Map the code with crosswalk set, or set a default for its kind.',
      '20 suppliers (suppliers.name_too_long, F0101_ALPH): Supplier 481; Supplier 482; Supplier 483 and others. Cin7 allows 256 characters. Shorten the name in JDE.',
    ]);
  });

  test('says nothing of records that were parked before for the same code', async () => {
    const { db, run } = await opened();
    const of = { connectionId: run.connectionId, flow: 'suppliers' };
    const record = {
      recordKey: '1',
      label: 'Parts Emporium',
      code: 'crosswalk.unmapped',
      field: 'F0401_TRAP',
      detail: 'The payment term "N60" is not mapped.',
      fingerprint: null,
    } as const;
    await savePark(db, { ...of, runId: 'run-0' }, record, NOW_MS - 1);
    await savePark(db, { ...of, runId: run.runId }, record, NOW_MS);
    await noteRunEnding(db, ended(run), NOW_MS);
    expect(await told(db)).toEqual([]);
    await savePark(db, { ...of, runId: run.runId }, { ...record, code: 'suppliers.too_long' }, NOW_MS);
    await noteRunEnding(db, ended(run), NOW_MS);
    expect(await titles(db)).toEqual(['main: 1 record needs attention']);
  });

  test('that people or quiet hours brought about is no failure', async () => {
    const { db, run } = await opened();
    const fault = (code: 'run.stopped' | 'jde.quiet_hours') => ({ code, message: 'Words.' });
    await noteRunEnding(db, ended(run, { state: 'stopped', fault: fault('run.stopped') }), NOW_MS);
    await noteRunEnding(db, ended(run, { state: 'failed', fault: fault('jde.quiet_hours') }), NOW_MS);
    expect(await told(db)).toEqual([]);
  });
});

describe('a system that is away', () => {
  test('is told when it lasts, and that it is back', async () => {
    const { db, run } = await opened();
    let nowMs = NOW_MS;
    const outages = watchOutages(db, run.connectionId, () => nowMs);
    for (; nowMs < NOW_MS + 7 * MINUTE_MS; nowMs += MINUTE_MS) await outages.away('jde', 'AIS is away.');
    await outages.back('cin7');
    expect(await titles(db)).toEqual(['main: JD Edwards cannot be reached']);
    await outages.back('jde');
    expect(await titles(db)).toEqual(['main: JD Edwards cannot be reached', 'main: back to normal']);
  });

  test('for a moment is not told', async () => {
    const { db, run } = await opened();
    const outages = watchOutages(db, run.connectionId, () => NOW_MS);
    await outages.away('jde', 'AIS is away.');
    await outages.back('jde');
    expect(await told(db)).toEqual([]);
  });
});

describe('freshness', () => {
  const watched = (id: string, staleAfterMinutes = 60) => [{ id, staleAfterMinutes }];

  test('is missed when no sync has succeeded for longer than is wanted, and found with the next success', async () => {
    const { db, run } = await opened();
    const summary = '{}';
    await endRun(db, run, { state: 'succeeded', nowMs: NOW_MS, summary });
    await watchFreshness(db, watched(run.connectionId), NOW_MS + 59 * MINUTE_MS);
    expect(await told(db)).toEqual([]);
    await watchFreshness(db, watched(run.connectionId), NOW_MS + 60 * MINUTE_MS);
    await watchFreshness(db, watched(run.connectionId), NOW_MS + 61 * MINUTE_MS);
    const [notice] = await told(db);
    expect(notice).toMatchObject({ title: 'main: nothing fresh for more than 1 hour' });
    expect(notice?.lines[0]).toBe('The last sync that succeeded ended 2027-01-15 08:00 UTC.');
    await noteRunEnding(db, ended(run), NOW_MS + 62 * MINUTE_MS);
    expect(await titles(db)).toEqual(['main: nothing fresh for more than 1 hour', 'main: back to normal']);
  });

  test('of a connection that never succeeded counts from its first day', async () => {
    const { db, run } = await opened();
    await endRun(db, run, { state: 'failed', nowMs: NOW_MS, summary: '{}' });
    await watchFreshness(db, watched(run.connectionId, 1_440), NOW_MS + DAY_MS);
    const [notice] = await told(db);
    expect(notice).toMatchObject({ title: 'main: nothing fresh for more than 1 day' });
    expect(notice?.lines[0]).toBe('No sync has succeeded yet.');
  });

  test('that nobody wants to hear of is not looked at', async () => {
    const { db, run } = await opened();
    await watchFreshness(db, watched(run.connectionId, 0), NOW_MS + 30 * DAY_MS);
    expect(await told(db)).toEqual([]);
  });
});

describe('a channel', () => {
  test('gets the events and connections it wants, and always what is about all of the connector', async () => {
    const { db, connectionId } = await opened();
    const other = await startedRun(db, { name: 'other', runId: 'run-2' });
    const desk = deskOf(db);
    const names = new Map<string, string>();
    const add = async (name: string, own: Record<string, unknown>) => {
      const { channel } = await desk.add(webhookTo(await startReceiver(), { name, ...own }));
      names.set(channel.id, name);
    };
    await add('all', {});
    await add('failures', { events: ['run.failed'] });
    await add('other', { connections: [other.connectionId] });
    await add('off', { enabled: false });
    await noteEvent(db, failure(connectionId), NOW_MS);
    await noteEvent(db, { event: 'key.problem', connectionId: null, text: 'T.', hint: 'H.' }, NOW_MS + 1);
    const deliveries = await listDeliveries(db, { limit: 20 });
    expect(deliveries.map(({ event, channelId }) => `${event} ${names.get(channelId)}`).toSorted()).toEqual([
      'key.problem all',
      'key.problem other',
      'run.failed all',
      'run.failed failures',
    ]);
  });
});
