import { z } from 'zod';
import { hintOf } from '../faults/fault.ts';
import { FLOW_NAMES } from '../flows/flow.ts';
import type { StoredRun } from '../store/runs.ts';
import { OUTCOMES, parseSummary } from '../sync/summary.ts';
import { planDocument, planSchema, reconcileDocument, reconcileSchema } from './run-results.ts';

/** A moment in UTC. */
export const moment = z.iso.datetime();

export const utc = (ms: number): string => new Date(ms).toISOString();
export const utcOrNull = (ms: number | null): string | null => (ms === null ? null : utc(ms));

export const flowName = z.enum(FLOW_NAMES);

export const countersSchema = z
  .object({
    staged: z.number().int(),
    ...(Object.fromEntries(OUTCOMES.map((name) => [name, z.number().int()])) as Record<
      (typeof OUTCOMES)[number],
      z.ZodNumber
    >),
    left: z.number().int(),
    rowsRead: z.number().int(),
    rowsChanged: z.number().int(),
    notDue: z.number().int(),
    unmatched: z.number().int(),
  })
  .meta({ id: 'Counters' });

export const runKind = z.enum(['sync', 'plan', 'reconcile', 'backfill']);
export const runState = z.enum([
  'queued',
  'running',
  'skipped',
  'succeeded',
  'failed',
  'stopped',
  'interrupted',
]);

export const runSchema = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    kind: runKind,
    state: runState,
    trigger: z.enum(['person', 'schedule', 'hook']),
    requestedBy: z.string(),
    requestedFrom: z.string(),
    settingsVersion: z.number().int(),
    queuedAt: moment,
    startedAt: moment.nullable(),
    endedAt: moment.nullable(),
    seconds: z.number().nullable(),
    wish: z.record(z.string(), z.unknown()).describe('What was asked for beyond the kind.'),
    stopAskedBy: z.string().nullable(),
    fault: z.object({ code: z.string(), text: z.string(), hint: z.string() }).nullable(),
    flows: z.partialRecord(flowName, countersSchema),
    calls: z.object({ jde: z.number().int(), cin7: z.number().int() }),
    refusals: z.number().int(),
    progress: z
      .object({ phase: z.string(), flow: z.string(), detail: z.string() })
      .nullable()
      .describe('Where a run at work is.'),
    plan: planSchema.nullable().describe('What a plan adds up to, once it has ended.'),
    reconcile: reconcileSchema.nullable().describe('What a reconcile found, once it has ended.'),
  })
  .meta({ id: 'Run' });

export type RunDocument = z.output<typeof runSchema>;

export function runDocument(run: StoredRun): RunDocument {
  const summary = parseSummary(run.summary);
  const began = run.state === 'queued' || run.state === 'skipped' ? null : run.startedAtMs;
  const progress = run.progress === null ? null : (JSON.parse(run.progress) as Record<string, unknown>);
  return {
    id: run.id,
    connectionId: run.connectionId,
    kind: run.kind,
    state: run.state,
    trigger: run.trigger,
    requestedBy: run.requestedBy,
    requestedFrom: run.requestedFrom,
    settingsVersion: run.settingsVersion,
    queuedAt: utc(run.queuedAtMs === 0 ? run.startedAtMs : run.queuedAtMs),
    startedAt: utcOrNull(began),
    endedAt: utcOrNull(run.endedAtMs),
    seconds: began === null || run.endedAtMs === null ? null : (run.endedAtMs - began) / 1_000,
    wish: JSON.parse(run.options) as Record<string, unknown>,
    stopAskedBy: run.stopAskedBy,
    fault:
      run.faultText === null
        ? null
        : {
            code: run.faultCode ?? 'unexpected',
            text: run.faultText,
            hint: run.faultCode === null ? '' : hintOf(run.faultCode),
          },
    flows: summary.flows,
    calls: summary.calls,
    refusals: summary.refusals,
    progress:
      progress === null || run.state !== 'running'
        ? null
        : {
            phase: String(progress['phase']),
            flow: String(progress['flow']),
            detail: String(progress['detail']),
          },
    plan: planDocument(summary.plan),
    reconcile: reconcileDocument(summary.reconcile),
  };
}
