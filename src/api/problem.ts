import { z } from 'zod';
import { Fault, hintOf, isFault } from '../faults/fault.ts';
import { FAULTS, type FaultCode } from '../faults/fault-codes.ts';

/** What went wrong, as RFC 9457 asks: `application/problem+json`. */
export const problemSchema = z
  .object({
    type: z.string().describe('urn:ml-connector:fault:<code>'),
    title: z.string().describe('The code’s meaning in a few words.'),
    status: z.number().int(),
    detail: z.string().describe('What happened, in a sentence.'),
    code: z.string().describe('Keeps its meaning for ever; docs/faults.md lists them.'),
    hint: z.string().describe('The next step.'),
    field: z.string().optional().describe('The member of the request that has to be corrected.'),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('Every member that has to be corrected.'),
    requestId: z.string().describe('Stands in the log as well.'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema>;

const STATUS: Readonly<Partial<Record<FaultCode, number>>> = {
  'access.code_refused': 422,
  'access.forbidden': 403,
  'access.oidc_no_role': 403,
  'access.oidc_not_linked': 403,
  'access.oidc_off': 404,
  'access.oidc_refused': 403,
  'access.oidc_unreachable': 502,
  'access.password_weak': 422,
  'access.reauthentication_needed': 403,
  'access.session_ended': 401,
  'access.set_up_refused': 403,
  'access.sign_in_refused': 401,
  'access.ticket_expired': 401,
  'access.token_refused': 401,
  'access.token_unknown': 404,
  'access.too_many_attempts': 429,
  'access.user_unknown': 404,
  'api.not_signed_in': 401,
  'api.host_unknown': 421,
  'api.cross_site': 403,
  'api.in_clear': 403,
  'api.not_found': 404,
  'api.conflict': 409,
  'api.too_many': 429,
  'api.unreadable': 400,
  'config.connection_unknown': 404,
  'config.credential_missing': 409,
  'config.invalid': 422,
  'input.invalid': 422,
  'run.busy': 409,
};

/** The HTTP status of a fault: 4xx where the caller can do something about it, 502 or 503 where a system is away. */
export function statusOf(code: FaultCode): number {
  const own = STATUS[code];
  if (own !== undefined) return own;
  if (code.startsWith('jde.') || code.startsWith('cin7.')) return 502;
  return FAULTS[code].kind === 'retry' ? 503 : 409;
}

export function problemOfFault(fault: Fault, requestId: string): Problem {
  return {
    type: `urn:ml-connector:fault:${fault.code}`,
    title: titleOf(fault.code),
    status: statusOf(fault.code),
    detail: fault.message,
    code: fault.code,
    hint: hintOf(fault.code),
    ...(fault.field === undefined ? {} : { field: fault.field }),
    requestId,
  };
}

/** A mistake of our own: what it was stands in the log, never in the answer. */
export function unexpectedProblem(requestId: string): Problem {
  return {
    type: 'urn:ml-connector:fault:unexpected',
    title: 'Unexpected',
    status: 500,
    detail: 'The server made a mistake.',
    code: 'unexpected',
    hint: `Look for ${requestId} in the log of the server, and report it.`,
    requestId,
  };
}

export function invalidInput(
  errors: readonly { field: string; message: string }[],
  requestId: string,
): Problem {
  const fault = new Fault(
    'input.invalid',
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    {
      field: errors[0]?.field ?? '',
    },
  );
  return { ...problemOfFault(fault, requestId), errors: [...errors] };
}

export function toProblem(error: unknown, requestId: string): Problem {
  return isFault(error) ? problemOfFault(error, requestId) : unexpectedProblem(requestId);
}

/** `cin7.rate_limited` reads `Cin7: rate limited`. */
function titleOf(code: FaultCode): string {
  const [part = '', words = ''] = code.split('.');
  return `${part.charAt(0).toUpperCase()}${part.slice(1)}: ${words.replaceAll('_', ' ')}`;
}
