import { Fault } from '../faults/fault.ts';
import { findDataKey } from '../store/data-keys.ts';
import { inTransaction } from '../store/database.ts';
import { activeDataKey } from './active-key.ts';
import { keyIdOf } from './jwe.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { Requester } from './trail-events.ts';

/** Owner of everything that belongs to no connection. */
export const SYSTEM_OWNER = 'system';

/**
 * Seals texts that their owner keeps in a table of its own. The column must stand in SEALED_COLUMNS, so that a change of keys
 * finds it. Not for use inside of a transaction.
 */
export interface Box {
  seal(name: string, plaintext: string): Promise<string>;
  /** @throws Fault `vault.secret_unreadable` where the text was changed or moved. */
  open(name: string, sealed: string): Promise<string>;
}

export function openBox(parts: RotationParts, requester: Requester): Box {
  const { db, keyring, now } = parts;
  return {
    async seal(name, plaintext) {
      const owner = { owner: SYSTEM_OWNER, requester, nowMs: now() };
      const key = await inTransaction(db, (tx) => activeDataKey(tx, keyring, owner));
      return key.sealSecret(name, plaintext);
    },
    async open(name, sealed) {
      const value = await openText(parts, name, sealed);
      if (value !== undefined) return value;
      throw new Fault('vault.secret_unreadable', `The sealed text ${name} does not open.`, { field: name });
    },
  };
}

/** `undefined` where the text does not open, or its key is gone. */
export async function openText(
  { db, keyring }: Pick<RotationParts, 'db' | 'keyring'>,
  name: string,
  sealed: string,
): Promise<string | undefined> {
  const id = keyIdOf(sealed);
  const stored = id === undefined ? undefined : await findDataKey(db, id);
  if (stored === undefined) return undefined;
  return (await keyring.dataKey(stored)).openSecret({ owner: SYSTEM_OWNER, name }, sealed);
}
