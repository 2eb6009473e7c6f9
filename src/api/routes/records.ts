import { z } from 'zod';
import { cin7PageAddress } from '../../connectors/cin7/index.ts';
import { Fault } from '../../faults/fault.ts';
import { searchRecords } from '../../store/search.ts';
import { type RecordLife, recordLife } from '../../sync/record-life.ts';
import { connectionOf, connectionParam } from '../connection-scope.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName, moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';

const recordState = z
  .enum(['live', 'begun', 'voided', 'parked', 'staged', 'read', 'mapped'])
  .describe(
    'live: it stands in Cin7; begun: without its lines; voided; parked; staged: waits; read: known from JDE alone; mapped: an account with a Cin7 account.',
  );

const foundSchema = z.object({
  flow: flowName,
  recordKey: z.string(),
  label: z.string(),
  cin7Number: z.string(),
  state: recordState,
});

const rejection = z.looseObject({ code: z.string(), field: z.string(), detail: z.string() });

const recordSchema = z.object({
  flow: flowName,
  recordKey: z.string(),
  label: z.string(),
  state: recordState,
  jde: z
    .array(
      z.object({
        table: z.string(),
        rows: z.array(
          z.object({
            key: z.string(),
            values: z.record(z.string(), z.string().nullable()),
            problems: z.array(rejection),
          }),
        ),
      }),
    )
    .describe('What JDE said last.'),
  cin7: z
    .object({
      id: z.string(),
      number: z.string(),
      state: z.enum(['begun', 'live', 'voided']),
      page: z.string().nullable().describe('Where people open it in Cin7 Core.'),
      payload: z.unknown().describe('What was last written.'),
    })
    .nullable(),
  mapping: z
    .object({ target: z.string().nullable(), state: z.string(), detail: z.string(), updatedBy: z.string() })
    .nullable()
    .describe('Of an account: its entry in the crosswalk.'),
  parked: z
    .object({
      code: z.string(),
      field: z.string(),
      detail: z.string(),
      hint: z.string(),
      parkedAt: moment,
      retryAsked: z.boolean(),
      assignee: z.string().nullable(),
      ignored: z.object({ by: z.string(), reason: z.string(), at: moment }).nullable(),
    })
    .nullable(),
  staged: z.string().nullable().describe('Why it waits to be worked on.'),
  openWrite: z
    .object({ action: z.string(), state: z.string(), sentAt: moment })
    .nullable()
    .describe('A write whose answer is not known yet.'),
});

const params = z.object({ connection: connectionParam });

/** Single records: found by what people call them, with all that is known of them. Their trail is that of the trail, by `recordKey`. */
export function recordRoutes(app: Api, parts: ApiParts): void {
  const { db, connections } = parts;
  const tags = ['records'];

  app.get(
    '/api/v1/connections/:connection/records',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Find records: supplier name, address number, order number, account, number or id in Cin7.',
        params,
        querystring: z.object({ text: z.string().trim().min(1).max(100) }),
        response: { 200: z.object({ items: z.array(foundSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const found = await searchRecords(db, connection.id, request.query.text);
      return { items: found.map((record) => ({ ...record, flow: flowName.parse(record.flow) })) };
    },
  );

  app.get(
    '/api/v1/connections/:connection/records/:flow/:recordKey',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'All that is known of one record: the JDE side, the Cin7 side, what it waits for.',
        params: params.extend({ flow: flowName, recordKey: z.string().min(1).max(200) }),
        response: { 200: recordSchema, default: problemSchema },
      },
    },
    async (request) => {
      const { connection: named, flow, recordKey } = request.params;
      const connection = await connectionOf(parts, request, named);
      const life = await recordLife(db, connection.id, flow, recordKey);
      if (life === undefined)
        throw new Fault('api.not_found', `Nothing is known of ${flow} ${recordKey}.`, { field: 'recordKey' });
      const { cin7 } = await connections.config(connection);
      return toDocument(life, (cin7Id) => cin7PageAddress(cin7, flow, cin7Id));
    },
  );
}

function toDocument(
  life: RecordLife,
  pageOf: (cin7Id: string) => string | null,
): z.output<typeof recordSchema> {
  const { flow, recordKey, label, state, tables, link, mapping, parked, staged, openWrite } = life;
  return {
    flow,
    recordKey,
    label,
    state,
    jde: tables.map(({ table, rows }) => ({
      table,
      rows: rows.map(({ key, values, problems }) => ({
        key: String(key),
        values: { ...values },
        problems: problems.map((problem) => ({ ...problem })),
      })),
    })),
    cin7:
      link === null
        ? null
        : {
            id: link.cin7Id,
            number: link.cin7Number,
            state: link.state,
            page: link.cin7Id === '' ? null : pageOf(link.cin7Id),
            payload: link.payload,
          },
    mapping:
      mapping === null
        ? null
        : {
            target: mapping.target,
            state: mapping.state,
            detail: mapping.detail,
            updatedBy: mapping.updatedBy,
          },
    parked: parked === null ? null : parkedDocument(parked),
    staged,
    openWrite:
      openWrite === null
        ? null
        : { action: openWrite.action, state: openWrite.state, sentAt: utc(openWrite.sentAtMs) },
  };
}

function parkedDocument(parked: NonNullable<RecordLife['parked']>) {
  const { code, field, detail, hint, parkedAtMs, retryAsked, assignee, ignored } = parked;
  return {
    code,
    field,
    detail,
    hint,
    parkedAt: utc(parkedAtMs),
    retryAsked,
    assignee,
    ignored: ignored === null ? null : { by: ignored.by, reason: ignored.reason, at: utc(ignored.atMs) },
  };
}
