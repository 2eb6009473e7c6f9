import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Db, inTransaction } from '../store/database.ts';
import { NOW_MS } from '../store/store.testkit.ts';
import { type KeySource, throwAwaySource } from './key-source.ts';
import { generateMasterKey } from './master-key.ts';
import { openVault } from './open-vault.ts';
import type { Vault } from './vault.ts';

export const ANNA = { actor: 'user:anna', origin: '192.0.2.7' };
export const SYSTEM = { actor: 'system', origin: 'here' };
export const now = (): number => NOW_MS;

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vault-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The text of a new master key, as people would put it into the environment. */
export const keyText = (): string => generateMasterKey().reveal();

export function openWith(db: Db, source: KeySource): Promise<{ vault: Vault; notices: readonly string[] }> {
  return openVault({ db, source, now, requester: SYSTEM });
}

export async function openedVault(db: Db, source: KeySource = throwAwaySource()): Promise<Vault> {
  return (await openWith(db, source)).vault;
}

export async function set(db: Db, vault: Vault, values: Record<string, string>, owner = 'c1'): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const [name, value] of Object.entries(values))
      await vault.save(tx, { owner, name, value, requester: ANNA });
  });
}
