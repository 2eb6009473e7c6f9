import { Fault } from '../faults/fault.ts';

/** The connection is gone, or the server takes nothing now: classes and codes of SQLSTATE. */
const UNAVAILABLE_STATES = /^(08...|53[1-4]00|57P0[1-5]|57014|25P0[34]|25006)$/;
/** What Node says of a socket that leads nowhere. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOENT)$/;
/** Failures of the driver that carry no code. */
const DRIVER_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed)/;

/** Why PostgreSQL cannot be reached or has stopped in the middle; the error as it was for everything else. */
export function orUnavailable(error: unknown, shown: string): unknown {
  if (!isConnectionLoss(error)) return error;
  const { words } = detailsOf(error);
  return new Fault('store.unavailable', `The ${shown} is not available: ${words}.`, { cause: error });
}

/** Whether the connection can be used no more. */
export function isConnectionLoss(error: unknown): boolean {
  const { code, words } = detailsOf(error);
  return UNAVAILABLE_STATES.test(code) || UNREACHABLE.test(code) || DRIVER_WORDS.test(words);
}

/** Another transaction was in the way, nothing of this one is stored: it can be done once more from its beginning. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01'].includes(detailsOf(error).code);
}

/** Why a database cannot be used, in words for whoever set it up. */
export function unusable(error: unknown, of: { shown: string; field: string }): unknown {
  if (error instanceof Fault) return error;
  const { code, words } = detailsOf(error);
  const reason = reasonOf(code, words);
  if (reason === undefined) return error;
  return new Fault('store.unusable', `The ${of.shown} cannot be used: ${reason}.`, {
    cause: error,
    field: of.field,
  });
}

function reasonOf(code: string, words: string): string | undefined {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host is known';
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'nothing listens there';
  if (code === '28P01' || code === '28000') return `the server refuses the user or the password (${words})`;
  if (code === '3D000') return 'there is no database of that name; create it first';
  if (code === '42501')
    return `the user may not create tables (${words}); make it the owner of the database, or grant it create on the schema`;
  if (/does not support SSL/.test(words)) return 'the server offers no encryption; leave sslmode out';
  if (/no password|password must be a string/i.test(words))
    return 'the server asks for a password, and the address has none';
  if (/certificate|altnames/i.test(words) || /CERT|SIGNED|ALTNAME/.test(code))
    return `the certificate of the server is not trusted (${words}); name its authority with sslrootcert`;
  return UNREACHABLE.test(code) || DRIVER_WORDS.test(words) || /^[0-9A-Z]{5}$/.test(code) ? words : undefined;
}

/** A host of several addresses fails with a list of errors; the first one tells. */
function detailsOf(error: unknown): { readonly code: string; readonly words: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return detailsOf(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', words: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, words: error.message.replace(/\.$/, '') };
}
