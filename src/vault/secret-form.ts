import { Fault } from '../faults/fault.ts';

export const SECRET_BYTES_MAX = 8_192;
const OWNER = /^[\w.:-]{1,100}$/;
const NAME = /^[a-z][\w.:-]{0,119}$/i;

/** Owners and names stand in sealed headers, trail entries and addresses: plain characters only. */
export function checkSecretName(owner: string, name: string): void {
  if (!OWNER.test(owner))
    throw new Fault('input.invalid', 'The owner of a secret is an id of letters, digits and . : _ -', {
      field: 'owner',
    });
  if (!NAME.test(name))
    throw new Fault(
      'input.invalid',
      'The name of a secret begins with a letter and has letters, digits and . : _ - only, 120 at most.',
      { field: 'name' },
    );
}

/** The value itself is in no message. */
export function checkSecretValue(name: string, value: string): void {
  const problem = problemOf(value);
  if (problem !== undefined)
    throw new Fault('input.invalid', `${name} cannot be stored: ${problem}.`, { field: name });
}

function problemOf(value: string): string | undefined {
  if (value === '') return 'it is empty';
  if (Buffer.byteLength(value, 'utf8') > SECRET_BYTES_MAX)
    return `it is longer than ${SECRET_BYTES_MAX} bytes`;
  // Half a character would come back as another one.
  return value.isWellFormed() ? undefined : 'it is no Unicode text';
}
