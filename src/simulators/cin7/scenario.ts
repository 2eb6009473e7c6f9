import * as z from 'zod';
import type { Cin7Fault } from './faults.ts';
import { playActs, type ScenarioAct } from './scenario-acts.ts';
import type { Cin7Simulator } from './simulator.ts';
import { type Cin7Switches, type Cin7SwitchInfo, cin7Switches } from './switches.ts';

/** A rehearsal: switches and faults from the start, and events after a call or at a time. */
export interface Cin7Scenario {
  readonly switches: Partial<Cin7Switches>;
  readonly faults: readonly Cin7Fault[];
  readonly events: readonly Cin7ScenarioEvent[];
}

/** Exactly one of `afterCall` (once call n is answered) and `atMs` (real time since the start) is set. */
export interface Cin7ScenarioEvent {
  readonly afterCall?: number | undefined;
  readonly atMs?: number | undefined;
  readonly do: ScenarioAct;
}

const count = z.number().int().min(1);
const ms = z.number().min(0);

const faultAct = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    body: z.string().optional(),
    contentType: z.string().optional(),
    before: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('rateLimit'), form: z.enum(['429', '503', '400']).optional() }),
  z.strictObject({ kind: z.literal('html') }),
  z.strictObject({ kind: z.literal('errorIn200') }),
  z.strictObject({ kind: z.literal('hangUpBefore') }),
  z.strictObject({ kind: z.literal('hangUpAfter') }),
  z.strictObject({ kind: z.literal('slow'), ms }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('hangAfter') }),
  z.strictObject({ kind: z.literal('truncate'), bytes: z.number().int().min(0) }),
  z.strictObject({ kind: z.literal('unreadable') }),
  z.strictObject({ kind: z.literal('status500After') }),
]);

const fault = z.strictObject({
  on: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
      path: z.string().startsWith('/').optional(),
      nth: count.optional(),
      rate: z.number().min(0).max(1).optional(),
      from: count.optional(),
      to: count.optional(),
    })
    .default({}),
  do: faultAct,
  times: count.optional(),
});

/** A switch takes its documented values; 429 and "429" are the same, since YAML drops the quotes. */
function switchValue(info: Cin7SwitchInfo) {
  return z.union([z.string(), z.number()]).transform((given, context) => {
    const value = Number(given);
    if (info.range !== undefined && value >= info.range.min && value <= info.range.max) return value;
    const listed =
      info.range === undefined ? info.values.find((each) => String(each) === String(given)) : undefined;
    if (listed !== undefined) return listed;
    const values =
      info.range === undefined ? info.values.join(', ') : `${info.range.min} to ${info.range.max}`;
    context.addIssue({ code: 'custom', message: `is not one of: ${values}` });
    return z.NEVER;
  });
}

const switches = z.strictObject(
  Object.fromEntries(cin7Switches.map((info) => [info.name, switchValue(info).optional()])),
);

const purchase = z
  .strictObject({ id: z.string(), orderNumber: z.string(), note: z.string(), last: z.literal(true) })
  .partial()
  .refine(
    (value) => Object.keys(value).length === 1,
    'name the purchase by one of id, orderNumber, note, last',
  );
const supplier = z
  .strictObject({ id: z.string(), name: z.string() })
  .partial()
  .refine((value) => Object.keys(value).length === 1, 'name the supplier by one of id, name');

const act = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('outage'), status: z.number().int().default(503), forMs: ms }),
  z.strictObject({ kind: z.literal('addFault'), fault }),
  z.strictObject({ kind: z.literal('clearFaults') }),
  z.strictObject({ kind: z.literal('setSwitches'), switches }),
  z.strictObject({ kind: z.literal('restart') }),
  z.strictObject({ kind: z.literal('authoriseOrder'), purchase }),
  z.strictObject({ kind: z.literal('voidPurchase'), purchase }),
  z.strictObject({ kind: z.literal('undoPurchase'), purchase }),
  z.strictObject({ kind: z.literal('receiveStock'), purchase }),
  z.strictObject({ kind: z.literal('editPurchase'), purchase, note: z.string() }),
  z.strictObject({
    kind: z.literal('editSupplier'),
    supplier,
    name: z.string().optional(),
    comments: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('deprecateSupplier'), supplier }),
  z.strictObject({ kind: z.literal('archiveAccount'), code: z.string() }),
  z.strictObject({ kind: z.literal('deactivateTerm'), name: z.string() }),
]);

const event = z
  .strictObject({ afterCall: count.optional(), atMs: ms.optional(), do: act })
  .refine(
    (value) => (value.afterCall === undefined) !== (value.atMs === undefined),
    'needs either afterCall or atMs',
  );

const scenario = z.strictObject({
  switches: switches.default({}),
  faults: z.array(fault).default([]),
  events: z.array(event).default([]),
});

export class Cin7ScenarioError extends Error {}

/** Checks a scenario, for instance parsed from YAML. The error names every wrong field. */
export function parseCin7Scenario(value: unknown): Cin7Scenario {
  const result = scenario.safeParse(value ?? {});
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `${fieldOf(issue.path)}: ${issue.message}`);
    throw new Cin7ScenarioError(`Cin7 scenario: ${lines.join('; ')}`);
  }
  // The schema is built from the table that also gives the type of the switches.
  return result.data as Cin7Scenario;
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'scenario' : path.map(String).join('.');
}

/** Applies switches and faults, and plays the events until stopped. An event that fails is reported. */
export function playCin7Scenario(
  simulator: Cin7Simulator,
  played: Cin7Scenario,
  onProblem: (message: string) => void,
): { stop(): void } {
  Object.assign(simulator.switches, played.switches);
  for (const each of played.faults) simulator.addFault(each);
  return playActs(simulator, played.events, onProblem);
}
