import { z } from 'zod';
import { CROSSWALK_KINDS, type CrosswalkKind } from '../../config/settings.ts';
import { crosswalkSubject } from '../../domain/decoded.ts';
import { Fault, hintOf } from '../../faults/fault.ts';
import { decideParked } from '../../service/parked.ts';
import { groupParked, listParked, type ParkedRecord } from '../../store/parked.ts';
import { retryParked } from '../../sync/retry-parked.ts';
import { requesterOf } from '../access-hook.ts';
import { connectionOf, connectionParam } from '../connection-scope.ts';
import { cutPage, fromCursor, pageOf, pageQuery } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName, moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';

const parkedSchema = z.object({
  flow: flowName,
  recordKey: z.string(),
  label: z.string(),
  code: z.string(),
  field: z.string(),
  detail: z.string(),
  hint: z.string().describe('The next step.'),
  subject: z
    .string()
    .describe('What it waits for, such as crosswalk:item:MM-1; empty when nothing that others wait for.'),
  parkedAt: moment,
  seenAt: moment,
  runId: z.string(),
  retryAsked: z.boolean(),
  assignee: z.string().nullable(),
  ignored: z.object({ by: z.string(), reason: z.string(), at: moment }).nullable(),
});

const groupSchema = z.object({
  flow: flowName,
  code: z.string(),
  field: z.string(),
  subject: z.string(),
  count: z.number().int(),
  hint: z.string(),
  oldestAt: moment,
  example: z.object({ recordKey: z.string(), label: z.string(), detail: z.string() }),
});

/** Which records an act is for: named ones, or all that wait for one cause. */
const selection = {
  records: z
    .array(z.strictObject({ flow: flowName, recordKey: z.string().max(200) }))
    .min(1)
    .max(1_000)
    .optional()
    .describe('These records.'),
  cause: z
    .strictObject({
      flow: flowName.optional(),
      code: z.string().max(100),
      field: z.string().max(100).optional(),
      subject: z.string().max(300).optional(),
      kind: z.enum(CROSSWALK_KINDS).optional().describe('Those that wait for a code of this kind.'),
      ignored: z.boolean().optional().describe('Only those that are set aside, or only the others.'),
    })
    .optional()
    .describe('All records that are parked for this.'),
};

const params = z.object({ connection: connectionParam });
const done = z.object({ records: z.number().int() });

/** Records that cannot be written now, and why. */
export function parkedRoutes(app: Api, parts: ApiParts): void {
  const { db, now } = parts;
  const tags = ['parked'];

  app.get(
    '/api/v1/connections/:connection/parked/groups',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Parked records by cause, most first.',
        params,
        querystring: z.object({ ignored: z.stringbool().default(false) }),
        response: { 200: z.object({ items: z.array(groupSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const groups = await groupParked(db, { connectionId: connection.id, ignored: request.query.ignored });
      return {
        items: groups.map(({ oldestAtMs, flow, ...group }) => ({
          ...group,
          flow: flowName.parse(flow),
          hint: hintOf(group.code),
          oldestAt: utc(oldestAtMs),
        })),
      };
    },
  );

  app.get(
    '/api/v1/connections/:connection/parked',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Parked records.',
        params,
        querystring: z.object({
          ...pageQuery,
          flow: flowName.optional(),
          code: z.string().max(100).optional(),
          field: z.string().max(100).optional(),
          subject: z.string().max(300).optional(),
          kind: z
            .enum(CROSSWALK_KINDS)
            .optional()
            .describe('Those that wait for a code of this kind of the crosswalk.'),
          assignee: z.string().max(100).optional(),
          ignored: z.stringbool().optional(),
        }),
        response: { 200: pageOf(parkedSchema), default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const { cursor, limit, kind, ...filter } = request.query;
      const after = fromCursor(cursor, z.string(), z.string());
      const found = await listParked(db, {
        connectionId: connection.id,
        ...filter,
        subjectBegins: beginning(kind),
        limit: limit + 1,
        ...(after === undefined ? {} : { after: { flow: after[0], recordKey: after[1] } }),
      });
      const page = cutPage(found, limit, (record) => [record.flow, record.recordKey]);
      return { ...page, items: page.items.map(toDocument) };
    },
  );

  app.post(
    '/api/v1/connections/:connection/parked/retry',
    {
      config: { access: { role: 'operator' }, idempotent: true },
      schema: {
        tags,
        summary: 'Try parked records again with the next sync.',
        params,
        body: z.strictObject({
          ...selection,
          relink: z
            .boolean()
            .default(false)
            .describe('Forget the linked Cin7 object first, so that the record is matched or made anew.'),
        }),
        response: { 200: done, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const records = await selected(parts, connection.id, request.body);
      const { relink } = request.body;
      const order = { records, relink, requester: requesterOf(request), nowMs: now() };
      return { records: await retryParked(db, connection, order) };
    },
  );

  app.post(
    '/api/v1/connections/:connection/parked/ignore',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary:
          'Say that records need not arrive, with the reason. They count again when they are parked for another cause.',
        params,
        body: z.strictObject({
          ...selection,
          reason: z.string().trim().min(3).max(500).nullable().describe('Null takes it back.'),
        }),
        response: { 200: done, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const records = await selected(parts, connection.id, request.body);
      const { reason } = request.body;
      await decideParked(db, connection, records, { kind: 'ignore', reason }, requesterOf(request), now());
      return { records: records.length };
    },
  );

  app.post(
    '/api/v1/connections/:connection/parked/assign',
    {
      config: { access: { role: 'operator' } },
      schema: {
        tags,
        summary: 'Say who takes care of records.',
        params,
        body: z.strictObject({
          ...selection,
          assignee: z.string().trim().min(1).max(100).nullable().describe('Null: nobody.'),
        }),
        response: { 200: done, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const records = await selected(parts, connection.id, request.body);
      const { assignee } = request.body;
      await decideParked(db, connection, records, { kind: 'assign', assignee }, requesterOf(request), now());
      return { records: records.length };
    },
  );
}

interface Selection {
  readonly records?: readonly { readonly flow: string; readonly recordKey: string }[] | undefined;
  readonly cause?:
    | {
        readonly flow?: string | undefined;
        readonly code: string;
        readonly kind?: CrosswalkKind | undefined;
        readonly field?: string | undefined;
        readonly subject?: string | undefined;
        readonly ignored?: boolean | undefined;
      }
    | undefined;
}

const SELECTED_MAX = 10_000;

/** @throws Fault `input.invalid` where nothing is named or a named record is not parked. */
async function selected(
  parts: ApiParts,
  connectionId: string,
  { records, cause }: Selection,
): Promise<readonly ParkedRecord[]> {
  if ((records === undefined) === (cause === undefined))
    throw new Fault('input.invalid', 'Name either records or a cause.', { field: 'records' });
  if (cause !== undefined) {
    const { kind, ...filter } = cause;
    const order = { connectionId, ...filter, subjectBegins: beginning(kind), limit: SELECTED_MAX };
    return listParked(parts.db, order);
  }
  const found: ParkedRecord[] = [];
  for (const [flow, named] of Map.groupBy(records ?? [], (record) => record.flow)) {
    const recordKeys = named.map((record) => record.recordKey);
    found.push(...(await listParked(parts.db, { connectionId, flow, recordKeys, limit: recordKeys.length })));
  }
  const missing = (records ?? []).filter(
    (record) => !found.some((each) => each.flow === record.flow && each.recordKey === record.recordKey),
  );
  if (missing.length === 0) return found;
  throw new Fault(
    'input.invalid',
    `Not parked: ${missing.map(({ flow, recordKey }) => `${flow} ${recordKey}`).join(', ')}.`,
    { field: 'records' },
  );
}

/** How the subjects begin that name a code of a kind. */
function beginning(kind: CrosswalkKind | undefined): string | undefined {
  return kind === undefined ? undefined : crosswalkSubject(kind, '');
}

function toDocument(record: ParkedRecord): z.output<typeof parkedSchema> {
  const { parkedAtMs, seenAtMs, ignored, fingerprint: _, flow, ...rest } = record;
  return {
    ...rest,
    flow: flowName.parse(flow),
    hint: hintOf(record.code),
    parkedAt: utc(parkedAtMs),
    seenAt: utc(seenAtMs),
    ignored: ignored === null ? null : { by: ignored.by, reason: ignored.reason, at: utc(ignored.atMs) },
  };
}
