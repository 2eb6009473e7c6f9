import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import { listPlannedChanges } from '../../store/planned-changes.ts';
import { queryRuns } from '../../store/run-queue.ts';
import type { StoredRun } from '../../store/runs.ts';
import { requesterOf } from '../access-hook.ts';
import { assertBound, boundTo, connectionOf } from '../connection-scope.ts';
import { type ServerEvent, sendEvents } from '../events.ts';
import { cutPage, fromCursor, pageOf, pageQuery } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName, runDocument, runKind, runSchema, runState } from '../schemas.ts';
import type { Api } from '../server.ts';

const changeKind = z.enum(['create', 'update', 'void', 'link', 'park']);

const plannedChange = z.looseObject({
  flow: flowName,
  recordKey: z.string(),
  label: z.string(),
  change: changeKind,
  differences: z.array(z.looseObject({ field: z.string() })),
  payload: z.unknown().optional().describe('Of a record that would be created: what Cin7 would get.'),
  code: z.string().optional(),
  field: z.string().optional(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});

const runParams = z.object({ run: z.string().min(4).max(100).describe('Id of the run, or its beginning.') });

/** Runs: start, watch, stop, look at. */
export function runRoutes(app: Api, parts: ApiParts): void {
  const { runs } = parts;
  const tags = ['runs'];

  app.get(
    '/api/v1/runs',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Runs, newest first.',
        querystring: z.object({
          ...pageQuery,
          connection: z.string().max(100).optional(),
          kind: runKind.optional(),
          state: runState.optional(),
        }),
        response: { 200: pageOf(runSchema), default: problemSchema },
      },
    },
    async (request) => {
      const { connection, kind, state, cursor, limit } = request.query;
      const bound = boundTo(request);
      const named = connection ?? bound;
      const of = named === undefined ? undefined : await connectionOf(parts, request, named);
      const before = fromCursor(cursor, z.number(), z.string());
      const found = await queryRuns(parts.db, {
        connectionId: of?.id,
        kind,
        state,
        before: before === undefined ? undefined : { startedAtMs: before[0], id: before[1] },
        limit: limit + 1,
      });
      const page = cutPage(found, limit, (run) => [run.startedAtMs, run.id]);
      return { ...page, items: page.items.map(runDocument) };
    },
  );

  app.post(
    '/api/v1/runs',
    {
      config: { access: { role: 'operator' }, idempotent: true },
      schema: {
        tags,
        summary:
          'Start a run. Runs of one connection never overlap: another one at work is answered with 409.',
        body: z.strictObject({
          connection: z.string().max(100),
          kind: runKind,
          flows: z.array(flowName).min(1).max(3).optional(),
          deep: z.boolean().optional().describe('Reconcile: read each document that differs in the lists.'),
          backfill: z
            .strictObject({
              since: z.iso.date().optional(),
              until: z.iso.date().optional(),
              fromKey: z.string().max(100).optional(),
              toKey: z.string().max(100).optional(),
            })
            .optional()
            .describe('Backfill: which records are read again.'),
        }),
        response: { 202: runSchema, default: problemSchema },
      },
    },
    async (request, reply) => {
      const { connection: named, kind, flows, deep, backfill } = request.body;
      const connection = await connectionOf(parts, request, named);
      const wish = {
        ...(flows === undefined ? {} : { flows }),
        ...(deep === undefined ? {} : { deep }),
        ...(backfill === undefined ? {} : { backfill }),
      };
      const requester = requesterOf(request);
      const run = await runs.start({ connection, kind, trigger: 'person', wish, requester });
      return reply.code(202).send(runDocument(run));
    },
  );

  app.get(
    '/api/v1/runs/:run',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'One run with its balance.',
        params: runParams,
        response: { 200: runSchema, default: problemSchema },
      },
    },
    async (request) => runDocument(await runOf(parts, request, request.params.run)),
  );

  app.post(
    '/api/v1/runs/:run/stop',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Ask a run to stop. Writes under way are finished; the next run goes on from there.',
        params: runParams,
        response: { 202: runSchema, default: problemSchema },
      },
    },
    async (request, reply) => {
      const run = await runs.stop(await runOf(parts, request, request.params.run), requesterOf(request));
      return reply.code(202).send(runDocument(run));
    },
  );

  app.get(
    '/api/v1/runs/:run/events',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Watch a run: `run` events with its present state until it has ended.',
        params: runParams,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { id } = await runOf(parts, request, request.params.run);
      await sendEvents(request, reply, (signal) => watchRun(parts, id, signal));
    },
  );

  app.get(
    '/api/v1/runs/:run/changes',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'What a plan found: every change before it happens.',
        params: runParams,
        querystring: z.object({
          ...pageQuery,
          flow: flowName.optional(),
          change: z
            .union([changeKind, z.array(changeKind).min(1).max(5)])
            .optional()
            .describe('One kind of change or several.'),
        }),
        response: { 200: pageOf(plannedChange), default: problemSchema },
      },
    },
    async (request) => {
      const run = await runOf(parts, request, request.params.run);
      if (run.kind !== 'plan') throw new Fault('api.not_found', 'Only plans have changes to show.');
      const { cursor, limit, flow, change } = request.query;
      const [afterSeq = 0] = fromCursor(cursor, z.number()) ?? [];
      const found = await listPlannedChanges(parts.db, {
        runId: run.id,
        flow,
        kinds: change === undefined ? undefined : [change].flat(),
        afterSeq,
        limit: limit + 1,
      });
      const page = cutPage(found, limit, (each) => [each.seq]);
      return { ...page, items: page.items.map((each) => plannedChange.parse(JSON.parse(each.data))) };
    },
  );
}

/** The run that a request names. A token that is bound to another connection does not see it. */
async function runOf(parts: ApiParts, request: FastifyRequest, named: string): Promise<StoredRun> {
  const run = await parts.runs.find(named);
  assertBound(request, run.connectionId);
  return run;
}

const WATCH_MS = 500;

/** The run's state whenever it changes. Reads the store, so it does not matter which process carries the run out. */
async function* watchRun(parts: ApiParts, id: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  let told = '';
  for (;;) {
    const run = runDocument(await parts.runs.find(id));
    const text = JSON.stringify(run);
    if (text !== told) yield { event: 'run', data: run };
    told = text;
    if (run.endedAt !== null) return;
    try {
      await delay(WATCH_MS, undefined, { signal });
    } catch {
      return; // The reader went away.
    }
  }
}
