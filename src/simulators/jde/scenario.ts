import { z } from 'zod';
import type { JdeFault } from './faults.ts';
import { type JdeSwitches, switchProblem } from './switches.ts';

const count = z.int().min(1);
const message = z.string().optional();

const actionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.string().optional(),
    contentType: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599) }),
  z.strictObject({ kind: z.literal('invalidToken'), status: z.union([z.literal(403), z.literal(444)]) }),
  z.strictObject({
    kind: z.enum([
      'killSession',
      'loseHtmlSession',
      'restart',
      'expireCursor',
      'hang',
      'repeatPage',
      'dropLinks',
    ]),
  }),
  z.strictObject({
    kind: z.enum(['sysErrors', 'topLevelException', 'formErrors', 'dsError']),
    text: message,
  }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0) }),
  z.strictObject({ kind: z.enum(['truncate', 'truncateClean']), bytes: z.int().min(0) }),
  z.strictObject({ kind: z.literal('reset'), when: z.enum(['before', 'after']).optional() }),
  z.strictObject({ kind: z.literal('dropRows'), count }),
]);

const faultSchema = z.strictObject({
  on: z
    .strictObject({
      service: z
        .enum(['tokenrequest', 'logout', 'validate', 'defaultconfig', 'dataservice', 'next', 'orchestrator'])
        .optional(),
      table: z.string().optional(),
      nth: count.optional(),
      rate: z.number().min(0).max(1).optional(),
      from: count.optional(),
      to: count.optional(),
    })
    .default({}),
  do: actionSchema,
  times: count.optional(),
});

const switchesSchema = z.record(z.string(), z.unknown()).transform((given, context) => {
  for (const [name, value] of Object.entries(given)) {
    const problem = switchProblem(name, value);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem });
  }
  // Every name and value has been checked against the table of switches.
  return given as Partial<JdeSwitches>;
});

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

const eventActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['restart', 'killSessions', 'expireCursors', 'clearFaults']) }),
  z.strictObject({ kind: z.literal('setSwitches'), switches: switchesSchema }),
  z.strictObject({ kind: z.literal('addFault'), fault: faultSchema }),
  z.strictObject({
    kind: z.literal('setUser'),
    user: z.string(),
    set: z.strictObject({
      password: z.string().optional(),
      state: z.enum(['ok', 'locked', 'disabled', 'expired']).optional(),
      hiddenColumns: z.array(z.string()).optional(),
      maskedColumns: z.array(z.string()).optional(),
    }),
  }),
  z.strictObject({ kind: z.literal('upsert'), table: z.string(), row: rowSchema }),
  z.strictObject({ kind: z.literal('remove'), table: z.string(), key: rowSchema }),
]);

const eventSchema = z
  .strictObject({ afterCall: count.optional(), atMs: z.int().min(0).optional(), do: eventActionSchema })
  .refine((event) => (event.afterCall === undefined) !== (event.atMs === undefined), {
    message: 'needs either afterCall or atMs',
  });

const scenarioSchema = z.strictObject({
  switches: switchesSchema.default({}),
  faults: z.array(faultSchema).default([]),
  events: z.array(eventSchema).default([]),
});

export type EventAction = z.infer<typeof eventActionSchema>;
export type ScenarioEvent = z.infer<typeof eventSchema>;

/** What a simulator is started with, besides data and users. */
export interface JdeScenario {
  switches: Partial<JdeSwitches>;
  faults: JdeFault[];
  events: ScenarioEvent[];
}

export class ScenarioError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`scenario: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Checks a scenario, for example read from YAML. "The token dies in the middle of page 3":
 * `faults: [{ on: { service: next, table: F0101, nth: 2 }, do: { kind: killSession } }]`.
 *
 * @throws ScenarioError that names every wrong field.
 */
export function readJdeScenario(input: unknown): JdeScenario {
  const result = scenarioSchema.safeParse(input ?? {});
  if (result.success) return result.data;
  throw new ScenarioError(
    result.error.issues.map((issue) => `${issue.path.join('.') || 'scenario'}: ${issue.message}`),
  );
}
