import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../faults/fault.ts';
import type { Db } from '../../store/database.ts';
import { listFindings, type StoredFinding } from '../../store/findings.ts';
import type { StoredRun } from '../../store/runs.ts';
import { FINDING_CLASSES } from '../../sync/reconcile-summary.ts';
import { assertBound } from '../connection-scope.ts';
import { cutPage, fromCursor, pageOf, pageQuery } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { flowName } from '../schemas.ts';
import type { Api } from '../server.ts';

const findingSchema = z.object({
  seq: z.number().int(),
  flow: flowName,
  class: z.enum(FINDING_CLASSES),
  recordKey: z.string().nullable(),
  label: z.string(),
  cin7Id: z.string().nullable(),
  field: z.string().nullable().describe('Field that differs; null where the record as a whole does.'),
  jdeValue: z.string().nullable(),
  cin7Value: z.string().nullable(),
  code: z.string().nullable().describe('Why it waits: a parking code, staged, or notReadYet.'),
  explanation: z.string(),
  nextStep: z.string(),
});

const params = z.object({ run: z.string().min(4).max(100).describe('Id of the run, or its beginning.') });
const filter = { flow: flowName.optional(), class: z.enum(FINDING_CLASSES).optional() };

/** What a reconcile found, line by line. Its totals stand with the run. */
export function findingRoutes(app: Api, parts: ApiParts): void {
  const { db } = parts;
  const tags = ['runs'];

  app.get(
    '/api/v1/runs/:run/findings',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'What a reconcile found: each difference in plain words, with the next step.',
        params,
        querystring: z.object({ ...pageQuery, ...filter }),
        response: { 200: pageOf(findingSchema), default: problemSchema },
      },
    },
    async (request) => {
      const run = await reconcileOf(parts, request, request.params.run);
      const { cursor, limit, ...of } = request.query;
      const [afterSeq = 0] = fromCursor(cursor, z.number()) ?? [];
      const found = await listFindings(db, { runId: run.id, ...of, afterSeq, limit: limit + 1 });
      const page = cutPage(found, limit, (finding) => [finding.seq]);
      return { ...page, items: page.items.map((finding) => findingSchema.parse(finding)) };
    },
  );

  app.get(
    '/api/v1/runs/:run/findings/export',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'The same as CSV, whole.',
        params,
        querystring: z.object(filter),
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const run = await reconcileOf(parts, request, request.params.run);
      const name = `reconcile-${run.id.slice(0, 8)}.csv`;
      reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(Readable.from(csvOf(db, run.id, request.query)));
    },
  );
}

async function reconcileOf(parts: ApiParts, request: FastifyRequest, named: string): Promise<StoredRun> {
  const run = await parts.runs.find(named);
  assertBound(request, run.connectionId);
  if (run.kind !== 'reconcile') throw new Fault('api.not_found', 'Only reconciles have findings to show.');
  return run;
}

const COLUMNS = [
  'flow',
  'class',
  'record',
  'name',
  'Cin7 id',
  'field',
  'JDE',
  'Cin7',
  'code',
  'explanation',
  'next step',
];
const PAGE_ROWS = 1_000;

async function* csvOf(
  db: Db,
  runId: string,
  of: { readonly flow?: string | undefined; readonly class?: string | undefined },
): AsyncGenerator<string> {
  // Spreadsheets take a file without the mark for one of their own code page.
  yield `\uFEFF${stringify([COLUMNS])}`;
  for (let afterSeq = 0; ; ) {
    const page = await listFindings(db, { runId, ...of, afterSeq, limit: PAGE_ROWS });
    const last = page.at(-1);
    if (last === undefined) return;
    // A cell that a spreadsheet would calculate gets an apostrophe in front.
    yield stringify(page.map(cellsOf), { escape_formulas: true });
    afterSeq = last.seq;
  }
}

function cellsOf(finding: StoredFinding): readonly (string | null)[] {
  const { flow, recordKey, label, cin7Id, field, jdeValue, cin7Value, code, explanation, nextStep } = finding;
  return [
    flow,
    finding.class,
    recordKey,
    label,
    cin7Id,
    field,
    jdeValue,
    cin7Value,
    code,
    explanation,
    nextStep,
  ];
}
