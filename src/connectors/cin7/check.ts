import { Fault, hintOf } from '../../faults/fault.ts';
import type { FaultCode } from '../../faults/fault-codes.ts';
import { type CheckStep, RefusedByCin7 } from '../connector.ts';
import { type Cin7CheckParts, type Finding, type PlannedStep, planSteps } from './check-steps.ts';

/**
 * Tests a connection step by step, from the host name to the payables account. It writes nothing and makes about seven calls.
 * A failed step ends those that need it. A rate refusal is reported at once instead of being waited out.
 */
export async function* checkCin7(parts: Cin7CheckParts, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const ended = new Set<string>();
  for (const step of planSteps(parts)) {
    signal.throwIfAborted();
    const cause = step.needs.find((name) => ended.has(name));
    if (cause !== undefined) {
      ended.add(step.name);
      const detail = `not looked at, because the step ${cause} did not pass`;
      yield { name: step.name, title: step.title, state: 'skipped', detail, tookMs: 0 };
      continue;
    }
    const result = await runStep(step, parts, signal);
    if (result.state === 'failed') ended.add(step.name);
    yield result;
  }
}

async function runStep(step: PlannedStep, parts: Cin7CheckParts, signal: AbortSignal): Promise<CheckStep> {
  const startedAt = parts.now();
  const base = { name: step.name, title: step.title };
  try {
    const finding: Finding = await step.look(signal);
    return { ...base, state: 'passed', ...finding, tookMs: parts.now() - startedAt };
  } catch (error) {
    signal.throwIfAborted();
    return { ...base, state: 'failed', ...explain(error, step), tookMs: parts.now() - startedAt };
  }
}

function explain(
  error: unknown,
  step: PlannedStep,
): Pick<CheckStep, 'detail' | 'allowEntry'> & { fix: string; code: FaultCode } {
  const detail = error instanceof Error ? error.message : String(error);
  const code = codeOf(error, step);
  if (error instanceof Fault && error.code === 'cin7.rate_limited') {
    const waitSeconds = Math.ceil((error.retryAfterMs ?? 60_000) / 1_000);
    return { detail, code, fix: `Try again in ${waitSeconds} s. If no run is at work: ${hintOf(code)}` };
  }
  const ofStep = error instanceof Fault ? undefined : step.fix;
  const held =
    error instanceof Fault && error.allowEntry !== undefined ? { allowEntry: error.allowEntry } : {};
  return { detail, code, fix: ofStep ?? fixes[code] ?? hintOf(code), ...held };
}

function codeOf(error: unknown, step: PlannedStep): FaultCode {
  if (error instanceof Fault) return error.code;
  return error instanceof RefusedByCin7 ? 'cin7.refused' : step.code;
}

/** What to change, where the general hint of a code can be said more precisely in a test of the connection. */
const fixes: Partial<Record<FaultCode, string>> = {
  'cin7.credentials_refused':
    'In Cin7 Core open Integrations > API, take the Account ID and the Key of the API application, and enter both anew.',
  'cin7.path_unknown':
    'Set cin7.url to https://inventory.dearsystems.com/ExternalApi/v2, or to the address that Cin7 Core shows under Integrations > API.',
  'cin7.refused':
    'In Cin7 Core look at Integrations > API: the application must be active and your plan must include the API.',
};
