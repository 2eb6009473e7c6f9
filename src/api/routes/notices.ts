import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import { CHANNEL_KINDS, type Channel, channelOf, emailSettings } from '../../notices/channel.ts';
import { channelInput, removeNoticeChannel, saveNoticeChannel } from '../../notices/edit-channels.ts';
import { EVENT_NAMES, EVENTS } from '../../notices/events.ts';
import { parseMessage } from '../../notices/message.ts';
import { retryDelivery } from '../../notices/retry-delivery.ts';
import { sendTest } from '../../notices/send-test.ts';
import { findChannel, listChannels } from '../../store/notice-channels.ts';
import { type DeliveryRow, listDeliveries } from '../../store/notice-deliveries.ts';
import { listNotices, type StoredNotice } from '../../store/notices.ts';
import { requesterOf } from '../access-hook.ts';
import { boundTo, connectionOf } from '../connection-scope.ts';
import { cutPage, fromCursor, pageOf, pageQuery } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc, utcOrNull } from '../schemas.ts';
import type { Api } from '../server.ts';

const eventName = z.enum(EVENT_NAMES);

const channelSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  settings: z
    .union([emailSettings, z.object({ host: z.string() })])
    .describe('Of webhook and slack the host alone: the address may be a secret.'),
  events: z.array(eventName).nullable(),
  connections: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  createdAt: moment,
  updatedAt: moment,
});

const noticeSchema = z.object({
  id: z.string(),
  event: z.string(),
  state: z.enum(['raised', 'repeated', 'resolved', 'test']),
  at: moment,
  connectionId: z.string().nullable(),
  connection: z.string().nullable(),
  runId: z.string().nullable(),
  title: z.string(),
  lines: z.array(z.string()),
  hint: z.string(),
  path: z.string().describe('Page of the console.'),
});

const deliveryState = z.enum(['waiting', 'delivered', 'failed']);

const deliverySchema = z.object({
  id: z.string(),
  noticeId: z.string(),
  channelId: z.string(),
  event: z.string(),
  title: z.string(),
  state: deliveryState,
  attempts: z.number().int(),
  createdAt: moment,
  nextAttemptAt: moment.nullable(),
  endedAt: moment.nullable(),
  lastError: z.string().nullable(),
});

const tags = ['notices'];
const channelParams = z.object({ channel: z.string().max(100).describe('Id of the channel.') });

/** Notices: what happened, where it is told, and whether it arrived. */
export function noticeRoutes(app: Api, parts: ApiParts): void {
  listRoutes(app, parts);
  channelRoutes(app, parts);
  deliveryRoutes(app, parts);
}

function listRoutes(app: Api, parts: ApiParts): void {
  app.get(
    '/api/v1/notices',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'What people should know, newest first.',
        querystring: z.object({ ...pageQuery, connection: z.string().max(100).optional() }),
        response: { 200: pageOf(noticeSchema), default: problemSchema },
      },
    },
    async (request) => {
      const { connection, cursor, limit } = request.query;
      const named = connection ?? boundTo(request);
      const of = named === undefined ? undefined : await connectionOf(parts, request, named);
      const before = fromCursor(cursor, z.number(), z.string());
      const found = await listNotices(parts.db, {
        ...(of === undefined ? {} : { connectionId: of.id }),
        ...(before === undefined ? {} : { before: { atMs: before[0], id: before[1] } }),
        limit: limit + 1,
      });
      const page = cutPage(found, limit, (notice) => [notice.atMs, notice.id]);
      return { ...page, items: page.items.map(noticeDocument) };
    },
  );

  app.get(
    '/api/v1/notice-events',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'The events that channels can be told of.',
        response: {
          200: z.object({ items: z.array(z.object({ name: eventName, description: z.string() })) }),
          default: problemSchema,
        },
      },
    },
    async () => ({ items: EVENT_NAMES.map((name) => ({ name, description: EVENTS[name] })) }),
  );
}

function channelRoutes(app: Api, parts: ApiParts): void {
  const { db } = parts;
  const base = '/api/v1/notice-channels';
  const savedSchema = z.object({
    channel: channelSchema,
    newSigningSecret: z.string().optional().describe('Made just now; shown this one time.'),
  });

  app.get(
    base,
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'The channels.',
        response: { 200: z.object({ items: z.array(channelSchema) }), default: problemSchema },
      },
    },
    async () => ({ items: (await listChannels(db)).map((stored) => channelDocument(channelOf(stored))) }),
  );

  app.post(
    base,
    {
      // Not idempotent: the answer may hold a secret, and answers are kept for repeats. A name is taken once anyway.
      config: { access: { role: 'admin', signedInLately: true } },
      schema: {
        tags,
        summary: 'Make a channel.',
        body: channelInput,
        response: { 201: savedSchema, default: problemSchema },
      },
    },
    async (request, reply) => {
      const saved = await saveNoticeChannel(request.body, undefined, editPorts(parts, request));
      return reply.code(201).send({ ...saved, channel: channelDocument(saved.channel) });
    },
  );

  app.put(
    `${base}/:channel`,
    {
      config: { access: { role: 'admin', signedInLately: true } },
      schema: {
        tags,
        summary: 'Change a channel. Secrets that are absent stay as they are.',
        params: channelParams,
        body: channelInput,
        response: { 200: savedSchema, default: problemSchema },
      },
    },
    async (request) => {
      const id = await existing(parts, request.params.channel);
      const saved = await saveNoticeChannel(request.body, id, editPorts(parts, request));
      return { ...saved, channel: channelDocument(saved.channel) };
    },
  );

  app.delete(
    `${base}/:channel`,
    {
      config: { access: { role: 'admin', signedInLately: true } },
      schema: {
        tags,
        summary: 'Remove a channel and the log of its deliveries.',
        params: channelParams,
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await removeNoticeChannel(await existing(parts, request.params.channel), editPorts(parts, request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${base}/:channel/test`,
    {
      config: { access: { role: 'admin' } },
      schema: {
        tags,
        summary: 'Send a test at once.',
        params: channelParams,
        response: {
          200: z.object({ sent: z.boolean(), detail: z.string(), deliveryId: z.string() }),
          default: problemSchema,
        },
      },
    },
    async (request) => sendTest(await existing(parts, request.params.channel), deliveryPorts(parts)),
  );
}

function deliveryRoutes(app: Api, parts: ApiParts): void {
  app.get(
    '/api/v1/notice-deliveries',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'What was sent where, newest first.',
        querystring: z.object({
          ...pageQuery,
          channel: z.string().max(100).optional(),
          notice: z.string().max(100).optional(),
          state: deliveryState.optional(),
        }),
        response: { 200: pageOf(deliverySchema), default: problemSchema },
      },
    },
    async (request) => {
      const { channel: channelId, notice: noticeId, state, cursor, limit } = request.query;
      const before = fromCursor(cursor, z.number(), z.string());
      const found = await listDeliveries(parts.db, {
        ...(channelId === undefined ? {} : { channelId }),
        ...(noticeId === undefined ? {} : { noticeId }),
        ...(state === undefined ? {} : { state }),
        ...(before === undefined ? {} : { before: { createdAtMs: before[0], id: before[1] } }),
        limit: limit + 1,
      });
      const page = cutPage(found, limit, (delivery) => [delivery.createdAtMs, delivery.id]);
      return { ...page, items: page.items.map(deliveryDocument) };
    },
  );

  app.post(
    '/api/v1/notice-deliveries/:delivery/retry',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Send a delivery again that was given up.',
        params: z.object({ delivery: z.string().max(100) }),
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      const { delivery } = request.params;
      const { db, now } = parts;
      if (!(await retryDelivery(db, delivery, requesterOf(request), now())))
        throw new Fault('api.not_found', `There is no delivery ${delivery} that was given up.`);
      return reply.code(204).send(null);
    },
  );
}

function editPorts({ db, vault, now }: ApiParts, request: FastifyRequest) {
  return { db, vault, now, requester: requesterOf(request) };
}

function deliveryPorts({ db, vault, now, loaded, random, log }: ApiParts) {
  const { notices, server } = loaded.config;
  return {
    db,
    vault,
    now,
    random,
    publicUrl: server.publicUrl ?? undefined,
    allowHosts: notices.allowHosts,
    signal: new AbortController().signal,
    onError: (error: unknown) => log.error(error, 'sending a test failed'),
  };
}

async function existing({ db }: ApiParts, id: string): Promise<string> {
  if ((await findChannel(db, { id })) === undefined)
    throw new Fault('api.not_found', `There is no channel ${id}.`);
  return id;
}

function channelDocument(channel: Channel): z.output<typeof channelSchema> {
  const { createdAtMs, updatedAtMs, events, connections, ...rest } = channel;
  return {
    ...rest,
    events: events === null ? null : [...events],
    connections: connections === null ? null : [...connections],
    createdAt: utc(createdAtMs),
    updatedAt: utc(updatedAtMs),
  };
}

function noticeDocument(notice: StoredNotice): z.output<typeof noticeSchema> {
  const { id, event, state, connectionId, runId, atMs } = notice;
  const { title, lines, hint, path, connection } = parseMessage(notice.message);
  return {
    id,
    event,
    state,
    at: utc(atMs),
    connectionId,
    connection,
    runId,
    title,
    lines: [...lines],
    hint,
    path,
  };
}

function deliveryDocument(delivery: DeliveryRow): z.output<typeof deliverySchema> {
  const { id, noticeId, channelId, event, state, attempts, lastError } = delivery;
  return {
    id,
    noticeId,
    channelId,
    event,
    title: parseMessage(delivery.message).title,
    state,
    attempts,
    createdAt: utc(delivery.createdAtMs),
    nextAttemptAt: state === 'waiting' ? utc(delivery.nextAtMs) : null,
    endedAt: utcOrNull(delivery.endedAtMs),
    lastError,
  };
}
