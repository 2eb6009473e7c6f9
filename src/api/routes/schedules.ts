import cronstrue from 'cronstrue';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import { checkTiming, nextDues, type Timing } from '../../jobs/timing.ts';
import { changeSchedule, createSchedule, removeSchedule } from '../../service/schedules.ts';
import type { ListedConnection } from '../../store/connections-admin.ts';
import { findSchedule, listSchedules, type Schedule } from '../../store/schedules.ts';
import { requesterOf } from '../access-hook.ts';
import { connectionOf, connectionParam } from '../connection-scope.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName, moment, runDocument, runKind, runSchema, utc, utcOrNull } from '../schemas.ts';
import type { Api } from '../server.ts';

const wishSchema = z.strictObject({
  kind: runKind.default('sync'),
  flows: z.array(flowName).max(3).default([]).describe('Empty: all flows that are switched on.'),
  cron: z
    .string()
    .trim()
    .max(200)
    .nullable()
    .default(null)
    .describe('Minute, hour, day of month, month, weekday, such as 0 6 * * 1-5.'),
  timeZone: z.string().max(60).default('UTC').describe('Such as America/Chicago.'),
  everySeconds: z
    .number()
    .int()
    .nullable()
    .default(null)
    .describe('Distance between two runs, instead of a cron line.'),
  enabled: z.boolean().default(true),
});

const scheduleSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  kind: runKind,
  flows: z.array(flowName),
  cron: z.string().nullable(),
  timeZone: z.string(),
  everySeconds: z.number().int().nullable(),
  enabled: z.boolean(),
  words: z.string().describe('The timing in plain words.'),
  nextRuns: z.array(moment).describe('The next five due moments; empty when it rests.'),
  lastDueAt: moment.nullable(),
  lastRunId: z.string().nullable(),
  lastNote: z.string().describe('Why the last due moment gave no run.'),
});

const params = z.object({ connection: connectionParam });
const oneParams = params.extend({ schedule: z.string().max(100) });
const SHOWN = 5;

/** When runs start by themselves. */
export function scheduleRoutes(app: Api, parts: ApiParts): void {
  const { db, now } = parts;
  const tags = ['schedules'];
  const act = (request: FastifyRequest, connection: ListedConnection) => ({
    db,
    connection,
    requester: requesterOf(request),
    nowMs: now(),
  });
  const found = async (id: string) => {
    const schedule = await findSchedule(db, id);
    if (schedule === undefined) throw new Fault('api.not_found', `There is no schedule ${id}.`);
    return toDocument(schedule, now());
  };

  app.get(
    '/api/v1/connections/:connection/schedules',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'The schedules of a connection.',
        params,
        response: { 200: z.object({ items: z.array(scheduleSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const schedules = await listSchedules(db, connection.id);
      return { items: schedules.map((schedule) => toDocument(schedule, now())) };
    },
  );

  app.post(
    '/api/v1/connections/:connection/schedules',
    {
      config: { access: { role: 'operator' }, idempotent: true },
      schema: {
        tags,
        summary: 'Make a schedule.',
        params,
        body: wishSchema,
        response: { 201: scheduleSchema, default: problemSchema },
      },
    },
    async (request, reply) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const id = await createSchedule(act(request, connection), request.body);
      return reply.code(201).send(await found(id));
    },
  );

  app.put(
    '/api/v1/connections/:connection/schedules/:schedule',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Change a schedule.',
        params: oneParams,
        body: wishSchema,
        response: { 200: scheduleSchema, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      await changeSchedule(act(request, connection), request.params.schedule, request.body);
      return found(request.params.schedule);
    },
  );

  app.delete(
    '/api/v1/connections/:connection/schedules/:schedule',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Remove a schedule.',
        params: oneParams,
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      await removeSchedule(act(request, connection), request.params.schedule);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/schedule-preview',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'A timing in plain words and its next five due moments. Nothing is stored.',
        body: wishSchema.pick({ cron: true, timeZone: true, everySeconds: true }),
        response: {
          200: z.object({ words: z.string(), nextRuns: z.array(moment) }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      checkTiming(request.body);
      return { words: inWords(request.body), nextRuns: nextDues(request.body, now(), SHOWN).map(utc) };
    },
  );

  app.post(
    '/api/v1/hooks/:connection/run',
    {
      config: { access: { role: 'trigger' }, idempotent: true },
      schema: {
        tags: ['runs'],
        summary: 'Start a sync from a JDE orchestration or batch job, with a token of the role trigger.',
        description: 'Answered with 409 and the code run.busy while a run of the connection is at work.',
        params,
        body: z.strictObject({ flows: z.array(flowName).min(1).max(3).optional() }).nullish(),
        response: { 202: runSchema, default: problemSchema },
      },
    },
    async (request, reply) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const flows = request.body?.flows;
      const run = await parts.runs.start({
        connection,
        kind: 'sync',
        trigger: 'hook',
        wish: flows === undefined ? {} : { flows },
        requester: requesterOf(request),
      });
      return reply.code(202).send(runDocument(run));
    },
  );
}

function toDocument(schedule: Schedule, nowMs: number): z.output<typeof scheduleSchema> {
  const { nextRunAtMs } = schedule;
  const later = nextRunAtMs === null ? [] : nextDues(schedule, Math.max(nextRunAtMs, nowMs), SHOWN - 1);
  return {
    id: schedule.id,
    connectionId: schedule.connectionId,
    kind: schedule.kind,
    flows: schedule.flows.map((flow) => flowName.parse(flow)),
    cron: schedule.cron,
    timeZone: schedule.timeZone,
    everySeconds: schedule.everySeconds,
    enabled: schedule.enabled,
    words: inWords(schedule),
    nextRuns: schedule.enabled && nextRunAtMs !== null ? [nextRunAtMs, ...later].map(utc) : [],
    lastDueAt: utcOrNull(schedule.lastDueAtMs),
    lastRunId: schedule.lastRunId,
    lastNote: schedule.lastNote,
  };
}

function inWords(timing: Timing): string {
  if (timing.everySeconds !== null) return `every ${distance(timing.everySeconds)}`;
  const cron = timing.cron ?? '';
  const words = plainWords(cron) ?? cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: false });
  return `${words}, ${placeOf(timing.timeZone)} time`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const inList = new Intl.ListFormat('en');

/** `every weekday at 06:00`, as people say it; undefined for what is less simple. */
function plainWords(cron: string): string | undefined {
  const [, minute, hour, days] = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|[0-6](?:,[0-6])*)$/.exec(cron) ?? [];
  if (minute === undefined || hour === undefined || days === undefined) return undefined;
  return `every ${daysInWords(days)} at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}

function daysInWords(days: string): string {
  if (days === '*') return 'day';
  if (days === '1-5') return 'weekday';
  return inList.format(days.split(',').map((day) => DAYS[Number(day)] ?? day));
}

/** `America/Chicago` -> `Chicago` */
const placeOf = (timeZone: string): string => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');

function distance(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const) {
    if (seconds % size === 0) return seconds === size ? unit : `${seconds / size} ${unit}s`;
  }
  return `${seconds} seconds`;
}
