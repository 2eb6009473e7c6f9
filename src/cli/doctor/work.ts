import { hintOf } from '../../faults/fault.ts';
import { isHolderDead } from '../../jobs/lease-holder.ts';
import { readFigures, type StoreFigures } from '../../store/metrics.ts';
import { noticeQueue } from '../../store/notice-deliveries.ts';
import { listTroubles } from '../../store/notices.ts';
import { listProcesses } from '../../store/processes.ts';
import { listRuns } from '../../store/runs.ts';
import { listSchedules } from '../../store/schedules.ts';
import { listLeases } from '../../store/store-facts.ts';
import { type Check, distance, type Finding, nameOf, type Ward } from './finding.ts';

const RUNS_SHOWN = 3;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WATERMARK_DAYS_MAX = 3;
const OVERDUE_MS = 10 * 60_000;
/** A process tells of itself more often than that. */
const PROCESS_SEEN_MS_MAX = 60_000;

/** How the work stands. */
export function workChecks(ward: Ward): readonly Check[] {
  const figures = (): Promise<StoreFigures> => readFigures(ward.database.db, ward.nowMs);
  return [
    { name: 'connections', look: () => connections(ward) },
    { name: 'runs', look: () => runs(ward) },
    { name: 'watermarks', look: async () => watermarks(ward, await figures()) },
    { name: 'records', look: async () => records(ward, await figures()) },
    { name: 'budget', look: async () => budget(await figures()) },
    { name: 'schedules', look: () => schedules(ward) },
    { name: 'processes', look: () => processes(ward) },
    { name: 'leases', look: () => leases(ward) },
    { name: 'troubles', look: () => troubles(ward) },
    { name: 'notices', look: () => notices(ward) },
  ];
}

function connections({ connections: all, nowMs }: Ward): readonly Finding[] {
  if (all.length === 0)
    return [
      {
        state: 'warning',
        detail: 'none is known to the store',
        next: 'Run connection test, or make one in the console.',
      },
    ];
  return all.map(({ id, name, settingsVersion, origin, pausedAtMs, pausedBy }) => {
    const facts = { id, connection: name, settingsVersion, origin, pausedAtMs };
    const detail = `${name}: settings version ${settingsVersion}, from ${origin === 'file' ? 'the configuration' : 'the console'}`;
    if (pausedAtMs === null) return { state: 'ok', detail, facts };
    return {
      state: 'warning',
      detail: `${detail}; paused by ${pausedBy ?? 'somebody'} ${distance(pausedAtMs, nowMs)}`,
      next: 'Resume it in the console when its schedules are to run again.',
      facts,
    };
  });
}

async function runs(ward: Ward): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { id, name } of ward.connections) {
    const last = await listRuns(ward.database.db, { connectionId: id, limit: RUNS_SHOWN });
    const [newest] = last.filter(({ state }) => !['queued', 'running', 'skipped'].includes(state));
    const told = last.map(
      (run) =>
        `${run.kind} ${run.state}${run.faultCode === null ? '' : ` (${run.faultCode})`} ${distance(run.endedAtMs ?? run.startedAtMs, ward.nowMs)}`,
    );
    const facts = {
      connection: name,
      runs: last.map(({ id: runId, kind, state, faultCode, startedAtMs, endedAtMs, trigger }) => ({
        id: runId,
        kind,
        state,
        faultCode,
        startedAtMs,
        endedAtMs,
        trigger,
      })),
    };
    const detail = `${name}: ${told.length === 0 ? 'none yet' : told.join(', ')}`;
    if (newest?.state !== 'failed') findings.push({ state: 'ok', detail, facts });
    else {
      const hint = newest.faultCode === null ? 'Look at the log of that time.' : hintOf(newest.faultCode);
      findings.push({
        state: 'problem',
        detail,
        next: `${hint} See runs show ${newest.id.slice(0, 8)}.`,
        facts,
      });
    }
  }
  return findings;
}

function watermarks(ward: Ward, { watermarks: all }: StoreFigures): readonly Finding[] {
  return ward.connections.flatMap(({ id, name, pausedAtMs }): readonly Finding[] => {
    const own = all.filter(({ connectionId }) => connectionId === id);
    const [oldest] = own.toSorted((a, b) => a.changedUntil.localeCompare(b.changedUntil));
    if (oldest === undefined) return [{ state: 'ok', detail: `${name}: nothing was read to its end yet` }];
    const facts = {
      connection: name,
      tables: Object.fromEntries(own.map(({ table, changedUntil }) => [table, changedUntil])),
    };
    const detail = `${name}: ${own.length} tables, the oldest ${oldest.table} read up to ${oldest.changedUntil}`;
    const days = (ward.nowMs - Date.parse(`${oldest.changedUntil}T00:00:00Z`)) / DAY_MS;
    if (days <= WATERMARK_DAYS_MAX || pausedAtMs !== null) return [{ state: 'ok', detail, facts }];
    return [
      {
        state: 'warning',
        detail,
        next: 'See why no sync has ended since: runs list, and whether a schedule is switched on.',
        facts,
      },
    ];
  });
}

function records(ward: Ward, { staged, parked }: StoreFigures): readonly Finding[] {
  return ward.connections.map(({ id, name }) => {
    const waiting = staged.filter(({ connectionId }) => connectionId === id);
    const held = parked.filter(({ connectionId }) => connectionId === id);
    const sum = (list: readonly { readonly count: number }[]): number =>
      list.reduce((total, { count }) => total + count, 0);
    const oldestMs = Math.min(ward.nowMs, ...waiting.map(({ oldestAtMs }) => oldestAtMs));
    const facts = {
      connection: name,
      staged: waiting.map(({ flow, count }) => ({ flow, count })),
      parked: held.map(({ flow, code, count }) => ({ flow, code, count })),
    };
    const detail = `${name}: ${sum(waiting)} staged, ${sum(held)} parked`;
    if (ward.nowMs - oldestMs < DAY_MS) return { state: 'ok', detail, facts };
    return {
      state: 'warning',
      detail: `${detail}; the oldest staged one waits since ${distance(oldestMs, ward.nowMs).replace(' ago', '')}`,
      next: 'A first load takes long. Otherwise see runs list: no run comes to its end.',
      facts,
    };
  });
}

function budget({ budget: keys }: StoreFigures): readonly Finding[] {
  if (keys.length === 0) return [{ state: 'ok', detail: 'no call to Cin7 in the last minute' }];
  return keys.map(({ keyHash, used }) => ({
    state: 'ok',
    detail: `${used} calls to Cin7 count now for the application key ${keyHash.slice(0, 8)}`,
    facts: { application: keyHash.slice(0, 8), used },
  }));
}

async function schedules(ward: Ward): Promise<readonly Finding[]> {
  const all = await listSchedules(ward.database.db);
  if (all.length === 0) return [{ state: 'ok', detail: 'none: syncs start by hand or from outside' }];
  return all.map((schedule) => {
    const { connectionId, kind, cron, everySeconds, timeZone, enabled, nextRunAtMs, lastNote } = schedule;
    const name = nameOf(ward, connectionId);
    const when = cron === null ? `every ${everySeconds ?? 0} s` : `${cron} (${timeZone})`;
    const isPaused = ward.connections.some(
      ({ id, pausedAtMs }) => id === connectionId && pausedAtMs !== null,
    );
    const next = nextRunAtMs === null ? 'never' : distance(nextRunAtMs, ward.nowMs);
    const facts = { connection: name, kind, when, enabled, nextRunAtMs, lastNote };
    const detail = `${name}: ${kind} ${when}, ${enabled ? `next ${next}` : 'switched off'}`;
    const isOverdue = nextRunAtMs !== null && ward.nowMs - nextRunAtMs > OVERDUE_MS;
    if (!enabled || isPaused || !isOverdue) return { state: 'ok', detail, facts };
    return {
      state: 'problem',
      detail: `${detail}: it is overdue`,
      next: 'Start the server: nobody looks after schedules.',
      facts,
    };
  });
}

async function processes({ database, nowMs }: Ward): Promise<readonly Finding[]> {
  const all = await listProcesses(database.db);
  if (all.length === 0) return [{ state: 'ok', detail: 'no server or worker is at work' }];
  const isMixed = new Set(all.map(({ version }) => version)).size > 1;
  const findings: Finding[] = all.map(({ role, host, pid, version, startedAtMs, seenAtMs }) => {
    const facts = { role, host, pid, version, startedAtMs, seenAtMs };
    const detail = `${role} ${version} on ${host}, process ${pid}, started ${distance(startedAtMs, nowMs)}, seen ${distance(seenAtMs, nowMs)}`;
    if (nowMs - seenAtMs <= PROCESS_SEEN_MS_MAX) return { state: 'ok', detail, facts };
    return {
      state: 'warning',
      detail: `${detail}: it tells of itself no more`,
      next: 'See whether it ended or hangs. Its runs go on elsewhere.',
      facts,
    };
  });
  if (isMixed)
    findings.push({
      state: 'warning',
      detail: 'processes of several versions are at work',
      next: 'Bring the upgrade to its end: start the older ones anew.',
    });
  return findings;
}

async function leases(ward: Ward): Promise<readonly Finding[]> {
  const all = await listLeases(ward.database.db);
  if (all.length === 0) return [{ state: 'ok', detail: 'no run is at work' }];
  return all.map(({ connectionId, holder, expiresAtMs }) => {
    const name = nameOf(ward, connectionId);
    const facts = { connection: name, holder, expiresAtMs };
    const isLost = isHolderDead(holder) || expiresAtMs < ward.nowMs;
    if (!isLost) return { state: 'ok', detail: `${name}: held by ${holder}`, facts };
    return {
      state: 'warning',
      detail: `${name}: ${holder} ended in the middle of a run`,
      next: 'Nothing to do: the next run goes on from there.',
      facts,
    };
  });
}

async function troubles(ward: Ward): Promise<readonly Finding[]> {
  const all = await listTroubles(ward.database.db);
  if (all.length === 0) return [{ state: 'ok', detail: 'nothing is out of order that was told of' }];
  return all.map(({ event, connectionId, title, firstAtMs, times }) => {
    const name = connectionId === null ? '' : `${nameOf(ward, connectionId)}: `;
    return {
      state: 'warning',
      detail: `${name}${title} (${event}, since ${distance(firstAtMs, ward.nowMs)}, ${times} times)`,
      next: 'docs/operations.md says for each event what to do.',
      facts: { event, connectionId, firstAtMs, times },
    };
  });
}

async function notices({ database, nowMs }: Ward): Promise<Finding> {
  const { waiting, failed, oldestAtMs } = await noticeQueue(database.db);
  const facts = { waiting, failed, oldestAtMs };
  const detail = `${waiting} wait to be sent, ${failed} were given up`;
  const isLate = oldestAtMs !== null && nowMs - oldestAtMs > HOUR_MS;
  if (failed === 0 && !isLate) return { state: 'ok', detail, facts };
  return {
    state: 'warning',
    detail,
    next: 'Test the channels in the console under notices; send there again what was given up.',
    facts,
  };
}
