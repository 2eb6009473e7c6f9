import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import { isTimeZone } from '../../jobs/timing.ts';
import { arrivalsByDay, overviewOf, STANDINGS, standingOf } from '../../service/overview.ts';
import type { ListedConnection } from '../../store/connections-admin.ts';
import { listTroubles, type Trouble } from '../../store/notices.ts';
import { boundTo, connectionOf, connectionParam } from '../connection-scope.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName, moment, runDocument, runKind, runSchema, utc, utcOrNull } from '../schemas.ts';
import type { Api } from '../server.ts';

const counts = z.partialRecord(flowName, z.number().int());

const overviewSchema = z.object({
  connection: z.object({
    id: z.string(),
    name: z.string(),
    pausedAt: moment.nullable(),
    pausedBy: z.string().nullable(),
  }),
  standing: z.enum(STANDINGS).describe('How it stands, in one word.'),
  openRun: runSchema.nullable().describe('The run that waits or is at work.'),
  lastRuns: z.partialRecord(runKind, runSchema).describe('The last run of each kind that has ended.'),
  lastSuccessAt: moment.nullable().describe('When a sync last succeeded.'),
  next: z.object({ at: moment, kind: runKind }).nullable().describe('What a schedule starts next.'),
  parked: counts.describe('Records that cannot be written now; those that a person set aside do not count.'),
  ignored: z.number().int(),
  staged: counts.describe('Records that wait to be worked on.'),
  budget: z
    .object({ used: z.number().int(), limit: z.number().int() })
    .nullable()
    .describe('Calls of the last minute that count, and how many Cin7 allows us; null without credentials.'),
  alarms: z
    .array(z.object({ event: z.string(), title: z.string(), since: moment, times: z.number().int() }))
    .describe('Trouble that is not over.'),
});

const arrivalsSchema = z.object({
  day: z.iso.date(),
  created: z.number().int(),
  updated: z.number().int(),
  linked: z.number().int(),
  voided: z.number().int(),
});

const params = z.object({ connection: connectionParam });

/** Parked records have a list of their own. */
const ALARMS_LEFT_OUT: ReadonlySet<string> = new Set(['parked.new']);

/** Whether everything is fresh, and what arrived. */
export function overviewRoutes(app: Api, parts: ApiParts): void {
  const { db, now, connections } = parts;
  const tags = ['overview'];

  app.get(
    '/api/v1/overview',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'How each connection stands: runs, parked records, call budget, alarms.',
        response: { 200: z.object({ items: z.array(overviewSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const bound = boundTo(request);
      const listed = (await connections.list()).filter(({ id }) => bound === undefined || id === bound);
      const troubles = await listTroubles(db);
      const items = [];
      for (const connection of listed) items.push(await documentOf(parts, connection, troubles));
      return { items };
    },
  );

  app.get(
    '/api/v1/connections/:connection/overview',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'How one connection stands.',
        params,
        response: { 200: overviewSchema, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      return documentOf(parts, connection, await listTroubles(db));
    },
  );

  app.get(
    '/api/v1/connections/:connection/arrivals',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Records that arrived in Cin7, by day, the oldest first.',
        params,
        querystring: z.object({
          days: z.coerce.number().int().min(1).max(90).default(30),
          timeZone: z.string().max(60).default('UTC').describe('Whose days, such as America/Chicago.'),
        }),
        response: { 200: z.object({ items: z.array(arrivalsSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const { days, timeZone } = request.query;
      if (!isTimeZone(timeZone))
        throw new Fault('input.invalid', `"${timeZone}" is no time zone. An example: America/Chicago.`, {
          field: 'timeZone',
        });
      const of = { connectionId: connection.id, days, timeZone, nowMs: now() };
      return { items: [...(await arrivalsByDay(db, of))] };
    },
  );
}

async function documentOf(
  { db, now, connections }: ApiParts,
  connection: ListedConnection,
  allTroubles: readonly Trouble[],
): Promise<z.output<typeof overviewSchema>> {
  const overview = await overviewOf(db, connection.id, now());
  const budget = await connections.budget(connection);
  const troubles = allTroubles.filter(({ connectionId }) => connectionId === connection.id);
  const { id, name, pausedAtMs, pausedBy } = connection;
  const { openRun, lastRuns, next, lastSuccessAtMs, parked, staged, ignored } = overview;
  return {
    connection: { id, name, pausedAt: utcOrNull(pausedAtMs), pausedBy },
    standing: standingOf({
      overview,
      troubles,
      isPaused: pausedAtMs !== null,
      hasCredentials: budget !== undefined,
    }),
    openRun: openRun === undefined ? null : runDocument(openRun),
    lastRuns: Object.fromEntries(Object.entries(lastRuns).map(([kind, run]) => [kind, runDocument(run)])),
    lastSuccessAt: utcOrNull(lastSuccessAtMs),
    next: next === null || pausedAtMs !== null ? null : { at: utc(next.atMs), kind: next.kind },
    parked,
    ignored,
    staged,
    budget: budget ?? null,
    alarms: troubles
      .filter(({ event }) => !ALARMS_LEFT_OUT.has(event))
      .map(({ event, title, firstAtMs, times }) => ({ event, title, since: utc(firstAtMs), times })),
  };
}
