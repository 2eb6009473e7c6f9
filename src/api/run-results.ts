import { z } from 'zod';
import type { PlanSummary } from '../sync/plan.ts';
import { FINDING_CLASSES, type ReconcileSummary } from '../sync/reconcile-summary.ts';

const flow = z.enum(['accounts', 'suppliers', 'purchases']);

const planCounters = z.object({
  staged: z.number().int(),
  create: z.number().int(),
  update: z.number().int(),
  void: z.number().int(),
  link: z.number().int(),
  park: z.number().int(),
  unchanged: z.number().int(),
});

/** What a plan adds up to. */
export const planSchema = z.object({
  flows: z.partialRecord(flow, planCounters),
  writes: z.number().int().describe('Cin7 calls that the writes will take.'),
  minutes: z.number().describe('How long they take at the pace that Cin7 allows.'),
});

const side = z.object({
  orders: z.number().int(),
  sums: z.record(z.string(), z.string()).describe('Sum before tax by currency, as decimal text.'),
});

const reconciledFlow = z.object({
  jde: z.number().int().describe('Keys read from JDE.'),
  cin7: z.number().int().describe('Objects read from Cin7.'),
  links: z.number().int(),
  counts: z.record(z.enum(FINDING_CLASSES), z.number().int()),
  waiting: z.record(z.string(), z.number().int()).describe('Records that wait, by the code that says why.'),
  totals: z.object({ jde: side, cin7: side }).optional(),
});

/** What a reconcile found. */
export const reconcileSchema = z.object({
  flows: z.partialRecord(flow, reconciledFlow),
  agree: z.boolean().describe('No difference needs a person.'),
  sentence: z.string(),
  compared: z.number().int().describe('Whole documents that were compared.'),
});

export function planDocument(plan: PlanSummary | undefined): z.output<typeof planSchema> | null {
  return plan === undefined ? null : { ...plan };
}

export function reconcileDocument(
  found: ReconcileSummary | undefined,
): z.output<typeof reconcileSchema> | null {
  return found === undefined ? null : reconcileSchema.parse(found);
}
