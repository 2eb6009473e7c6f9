import { Fault } from '../faults/fault.ts';
import { lockActiveDataKey } from '../store/data-keys.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { SEALED_COLUMNS, type SealedColumn, type SealedText } from '../store/sealed-columns.ts';
import { openText, SYSTEM_OWNER } from './box.ts';
import type { DataKey } from './data-key.ts';
import { keyIdOf } from './jwe.ts';
import type { Keyring } from './keyring.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { RotationReport } from './rotation-report.ts';

const BATCH_TEXTS = 20;
const PAGE = 500;

/** Seals the texts that stand in other tables anew. Returns the names of those that do not open; they stay as they are. */
export async function resealColumns(
  { db, keyring }: RotationParts,
  report: RotationReport | undefined,
): Promise<readonly string[]> {
  const unreadable: string[] = [];
  for (const column of SEALED_COLUMNS) {
    for await (const texts of pagesOf(db, column, BATCH_TEXTS)) {
      unreadable.push(...(await inTransaction(db, (tx) => resealBatch(tx, keyring, column, texts))));
      report?.({ layer: 'data', step: 'resealed', owner: SYSTEM_OWNER });
    }
  }
  return unreadable;
}

/** Ids of the keys that seal texts in other tables. */
export async function keysOfColumns(db: Db): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const { sealed } of sealedTexts(db)) ids.add(keyIdOf(sealed) ?? '');
  return [...ids];
}

/** All sealed texts of other tables. */
export async function* sealedTexts(db: Db): AsyncGenerator<SealedText> {
  for (const column of SEALED_COLUMNS) {
    for await (const texts of pagesOf(db, column, PAGE)) yield* texts;
  }
}

async function* pagesOf(db: Db, column: SealedColumn, limit: number): AsyncGenerator<readonly SealedText[]> {
  for (let afterId = ''; ; ) {
    const texts = await column.list(db, { afterId, limit });
    const last = texts.at(-1);
    if (last === undefined) return;
    yield texts;
    afterId = last.rowId;
  }
}

async function resealBatch(
  tx: Tx,
  keyring: Keyring,
  column: SealedColumn,
  texts: readonly SealedText[],
): Promise<readonly string[]> {
  const stored = await lockActiveDataKey(tx, SYSTEM_OWNER);
  if (stored === undefined) return [];
  const active = await keyring.dataKey(stored);
  const unreadable: string[] = [];
  for (const text of texts) {
    if (keyIdOf(text.sealed) !== active.id && !(await resealOne({ tx, keyring, column }, active, text)))
      unreadable.push(text.name);
  }
  return unreadable;
}

interface Place {
  readonly tx: Tx;
  readonly keyring: Keyring;
  readonly column: SealedColumn;
}

async function resealOne(
  { tx, keyring, column }: Place,
  active: DataKey,
  text: SealedText,
): Promise<boolean> {
  try {
    const value = await openText({ db: tx, keyring }, text.name, text.sealed);
    if (value === undefined) return false;
    await column.replace(tx, text, await active.sealSecret(text.name, value));
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'vault.secret_unreadable') return false;
    throw error;
  }
}
