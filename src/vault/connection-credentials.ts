import type { Credentials } from '../config/credentials.ts';
import { Fault } from '../faults/fault.ts';
import type { Vault } from './vault.ts';

/** Names of the secrets that a connection signs in with. */
export const CREDENTIAL_NAMES = [
  'jde.user',
  'jde.password',
  'cin7.accountId',
  'cin7.applicationKey',
] as const;
export type CredentialName = (typeof CREDENTIAL_NAMES)[number];

/**
 * The credentials of a connection as they stood at one moment, or `undefined` where the vault has none of them.
 *
 * @throws Fault `vault.secret_missing` where it has some of them only; the field names the first that is missing.
 */
export async function credentialsFromVault(
  vault: Vault,
  connectionId: string,
): Promise<Credentials | undefined> {
  const secrets = await vault.openAll(connectionId);
  if (CREDENTIAL_NAMES.every((name) => !secrets.has(name))) return undefined;
  const one = (name: CredentialName): string => {
    const value = secrets.get(name);
    if (value !== undefined) return value;
    throw new Fault('vault.secret_missing', `The connection has no ${name} in the vault.`, { field: name });
  };
  return {
    jde: { user: one('jde.user'), password: one('jde.password') },
    cin7: { accountId: one('cin7.accountId'), applicationKey: one('cin7.applicationKey') },
  };
}
