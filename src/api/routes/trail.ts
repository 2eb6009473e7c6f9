import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import { existingSigner, tellExported } from '../../service/trail.ts';
import { openExport } from '../../store/trail-export.ts';
import { queryTrail } from '../../store/trail-query.ts';
import { verifyStoredTrail } from '../../store/trail-source.ts';
import type { ChainedEntry } from '../../trail/chain.ts';
import { flawText } from '../../trail/checker.ts';
import { csvExport, jsonExport } from '../../trail/export.ts';
import { requesterOf } from '../access-hook.ts';
import { boundTo, connectionOf, connectionParam } from '../connection-scope.ts';
import { fromCursor, pageOf, pageQuery, toCursor } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';

const SYSTEM = 'system';

const entrySchema = z.object({
  seq: z.number().int().describe('Number of the entry in its chain.'),
  at: moment,
  actor: z.string(),
  origin: z.string(),
  action: z.string(),
  flow: z.string().nullable(),
  recordKey: z.string().nullable(),
  runId: z.string().nullable(),
  settingsVersion: z.number().int().nullable(),
  cin7Id: z.string().nullable(),
  data: z.record(z.string(), z.unknown()).describe('Old and new values, differences, codes.'),
  hash: z.string(),
});

const filterQuery = {
  action: z
    .union([z.string().max(100), z.array(z.string().max(100)).max(50)])
    .optional()
    .describe('One action or several.'),
  actor: z.string().max(200).optional(),
  flow: z.string().max(30).optional(),
  recordKey: z.string().max(200).optional(),
  runId: z.string().max(100).optional(),
  cin7Id: z.string().max(100).optional(),
  from: moment.optional().describe('This moment belongs to it.'),
  to: moment.optional().describe('This moment belongs to it.'),
};

const verdictSchema = z.object({
  intact: z.boolean(),
  entries: z.number().int().describe('Entries that were found sound.'),
  removed: z.number().int().describe('Entries whose retention ended; signed summaries stand for them.'),
  last: z.object({ seq: z.number().int(), hash: z.string() }),
  flaw: z.object({ seq: z.number().int(), text: z.string() }).nullable(),
});

const params = z.object({
  connection: connectionParam.describe('Name or id of the connection; system for what belongs to none.'),
});

/** The audit trail: who did what, when, with old and new values. */
export function trailRoutes(app: Api, parts: ApiParts): void {
  const { db } = parts;
  const tags = ['trail'];

  app.get(
    '/api/v1/trail/:connection',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Entries, newest first. A search for something rare may give short pages with a next one.',
        params,
        querystring: z.object({ ...pageQuery, ...filterQuery, text: z.string().max(200).optional() }),
        response: { 200: pageOf(entrySchema), default: problemSchema },
      },
    },
    async (request) => {
      const { name: _, chain } = await chainOf(parts, request, request.params.connection);
      const { cursor, limit, action, from, to, ...rest } = request.query;
      const [before] = fromCursor(cursor, z.number().int()) ?? [];
      const filter = {
        chain,
        ...defined(rest),
        ...(action === undefined ? {} : { actions: [action].flat() }),
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
      };
      const page = await queryTrail(db, filter, { limit, ...(before === undefined ? {} : { before }) });
      return {
        items: page.entries.map(toDocument),
        next: page.next === undefined ? null : toCursor([page.next]),
      };
    },
  );

  app.post(
    '/api/v1/trail/:connection/verify',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary:
          'Check that no entry was changed, removed, inserted or moved. A million entries take some seconds.',
        params,
        response: { 200: verdictSchema, default: problemSchema },
      },
    },
    async (request) => {
      const { chain } = await chainOf(parts, request, request.params.connection);
      const verifier = await existingSigner(parts.vault, db, requesterOf(request));
      const { flaw, entries, removed, last } = await verifyStoredTrail(db, chain, {
        verifier,
        signal: goneSignal(request),
      });
      return {
        intact: flaw === undefined,
        entries,
        removed,
        last,
        flaw: flaw === undefined ? null : { seq: flaw.seq, text: flawText(flaw) },
      };
    },
  );

  app.get(
    '/api/v1/trail/:connection/export',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary:
          'The entries as CSV for people, or as JSON Lines that audit verify --file checks by themselves.',
        params,
        querystring: z.object({
          format: z.enum(['csv', 'jsonl']).default('csv'),
          action: filterQuery.action,
          recordKey: filterQuery.recordKey,
          runId: filterQuery.runId,
          from: filterQuery.from,
          to: filterQuery.to,
        }),
        produces: ['text/csv', 'application/jsonl'],
      },
    },
    async (request, reply) => {
      const { chain, name } = await chainOf(parts, request, request.params.connection);
      const { format, action, from, to, ...rest } = request.query;
      const source = await openExport(db, chain, {
        ...defined(rest),
        ...(action === undefined ? {} : { actions: [action].flat() }),
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
      });
      const signer = await existingSigner(parts.vault, db, requesterOf(request));
      const by = { connection: name, nowMs: parts.now(), signer };
      await tellExported(db, {
        chain,
        format,
        head: source.head,
        requester: requesterOf(request),
        nowMs: by.nowMs,
      });
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl';
      reply.type(type).header('content-disposition', `attachment; filename="trail-${name}.${format}"`);
      return reply.send(Readable.from(format === 'csv' ? csvExport(source) : jsonExport(source, by)));
    },
  );
}

/** The system's own chain is for admins: it tells of users and sign-ins. */
async function chainOf(
  parts: ApiParts,
  request: FastifyRequest,
  named: string,
): Promise<{ readonly chain: string; readonly name: string }> {
  if (named !== SYSTEM) {
    const connection = await connectionOf(parts, request, named);
    return { chain: connection.id, name: connection.name };
  }
  if (request.principal?.role !== 'admin' || boundTo(request) !== undefined)
    throw new Fault('access.forbidden', 'The trail of the system needs the role admin.');
  return { chain: SYSTEM, name: SYSTEM };
}

function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  return gone.signal;
}

function defined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  // Only members with a value are left.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

function toDocument(entry: ChainedEntry): z.output<typeof entrySchema> {
  const { chain: _, prevHash: __, at, data, ...rest } = entry;
  return { ...rest, at: utc(at), data: JSON.parse(data) as Record<string, unknown> }; // Chained as an object.
}
