import { z } from 'zod';
import { Fault, hintOf } from '../../faults/fault.ts';
import { FAULTS, type FaultCode } from '../../faults/fault-codes.ts';
import { purchasesFlow } from '../../flows/purchases/flow.ts';
import { suppliersFlow } from '../../flows/suppliers/flow.ts';
import type { Db } from '../../store/database.ts';
import { listPlannedChanges } from '../../store/planned-changes.ts';
import { parseSummary } from '../../sync/summary.ts';
import { assertBound } from '../connection-scope.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { planDocument } from '../run-results.ts';
import { flowName } from '../schemas.ts';
import type { Api } from '../server.ts';

const parkedChange = z.looseObject({
  flow: flowName,
  recordKey: z.string(),
  label: z.string(),
  code: z.string().default(''),
  field: z.string().default(''),
  detail: z.string().default(''),
});

const causeSchema = z.object({
  flow: flowName,
  code: z.string(),
  field: z.string(),
  count: z.number().int(),
  hint: z.string().describe('The next step.'),
  example: z.object({ recordKey: z.string(), label: z.string(), detail: z.string() }),
});

type Cause = z.output<typeof causeSchema>;

const READ_AT_ONCE = 1_000;

/** Why records of a plan would be parked. */
export function planCauseRoutes(app: Api, parts: ApiParts): void {
  app.get(
    '/api/v1/runs/:run/causes',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags: ['runs'],
        summary: 'Why records of a plan would be parked, most first.',
        params: z.object({ run: z.string().min(4).max(100).describe('Id of the run, or its beginning.') }),
        response: {
          200: z.object({
            items: z.array(causeSchema),
            released: z
              .object({ writes: z.number().int(), minutes: z.number() })
              .describe('Cin7 calls of all writes once nothing is parked any more, and how long they take.'),
          }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      const run = await parts.runs.find(request.params.run);
      assertBound(request, run.connectionId);
      if (run.kind !== 'plan') throw new Fault('api.not_found', 'Only plans say what would be parked.');
      const connection = await parts.connections.find(run.connectionId);
      const { cin7 } = await parts.connections.config(connection);
      const perMinute = Math.max(1, cin7.callsPerMinute - cin7.callsReserved);
      const writes = releasedWrites(planDocument(parseSummary(run.summary).plan));
      return {
        items: await causesOf(parts.db, run.id),
        released: { writes, minutes: Math.ceil((writes / perMinute) * 10) / 10 },
      };
    },
  );
}

/** The writes of a plan, and those of its parked records, which would be new. */
function releasedWrites(plan: ReturnType<typeof planDocument>): number {
  const parked = (flow: 'suppliers' | 'purchases'): number => plan?.flows[flow]?.park ?? 0;
  return (
    (plan?.writes ?? 0) +
    parked('suppliers') * suppliersFlow.calls.create +
    parked('purchases') * purchasesFlow.calls.create
  );
}

/** Reads page by page, so that a plan of any size takes the memory of its causes alone. */
async function causesOf(db: Db, runId: string): Promise<Cause[]> {
  const causes = new Map<string, Cause>();
  let afterSeq = 0;
  for (;;) {
    const page = await listPlannedChanges(db, { runId, kinds: ['park'], afterSeq, limit: READ_AT_ONCE });
    for (const { seq, data } of page) {
      afterSeq = seq;
      addTo(causes, parkedChange.parse(JSON.parse(data)));
    }
    if (page.length < READ_AT_ONCE) break;
  }
  return [...causes.values()].toSorted((a, b) => b.count - a.count);
}

function addTo(causes: Map<string, Cause>, change: z.output<typeof parkedChange>): void {
  const { flow, code, field, recordKey, label, detail } = change;
  const key = `${flow} ${code} ${field}`;
  const known = causes.get(key);
  if (known !== undefined) known.count += 1;
  else
    causes.set(key, {
      flow,
      code,
      field,
      count: 1,
      hint: isFaultCode(code) ? hintOf(code) : '',
      example: { recordKey, label, detail },
    });
}

const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(FAULTS, code);
