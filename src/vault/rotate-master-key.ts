import { assert, Fault } from '../faults/fault.ts';
import {
  deleteMasterKeys,
  insertCurrentMasterKey,
  listDataKeys,
  listMasterKeys,
  lockCurrentMasterKey,
  retireMasterKey,
  rewrapDataKey,
  type StoredDataKey,
  type StoredMasterKey,
} from '../store/data-keys.ts';
import { inTransaction, type Tx } from '../store/database.ts';
import { appendTrail } from '../store/trail.ts';
import { DataKey } from './data-key.ts';
import { createKeyFile, readKeyFile, replaceKeyFile } from './key-file.ts';
import { type KeySource, nextKeyPath } from './key-source.ts';
import type { Keyring } from './keyring.ts';
import type { MasterKey } from './master-key.ts';
import { repeatWhileKeysChange } from './repeat.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { RotationReport } from './rotation-report.ts';
import { type Requester, vaultEvent } from './trail-events.ts';

interface Request {
  readonly requester: Requester;
  readonly report?: RotationReport | undefined;
  readonly to?: KeySource | undefined;
}

export interface MasterKeyRotation {
  /** Ids of the master keys that open nothing any more. Empty where nothing was to be done, or some data keys do not open. */
  readonly removed: readonly string[];
  readonly current: string;
  /** Data keys that were wrapped anew by this call. */
  readonly rewrapped: number;
  /** Owners whose data key does not open. The former master key stays until they are mended. */
  readonly unreadable: readonly string[];
}

const PAGE = 100;

/** Replaces the master key. */
export async function rotateMasterKey(parts: RotationParts, request: Request): Promise<MasterKeyRotation> {
  const pending = await finishMasterKeyRotation(parts, request);
  if (pending.unreadable.length > 0) return pending;
  if (request.to !== undefined) parts.keyring.moveTo(request.to);
  const next = await nextMasterKey(parts.keyring, pending.current);
  request.report?.({ layer: 'master', step: 'key_written', owner: null });
  return changeMasterKey(parts, request, next);
}

/** Makes a key that the source has the current one, and wraps all data keys with it. */
export async function changeMasterKey(
  parts: RotationParts,
  request: Request,
  next: MasterKey,
): Promise<MasterKeyRotation> {
  const checkValue = await next.sealCheckValue();
  await inTransaction(parts.db, (tx) =>
    beginChange(tx, parts, request.requester, { id: next.id, checkValue }),
  );
  request.report?.({ layer: 'master', step: 'begun', owner: null });
  return finishMasterKeyRotation(parts, request);
}

/** The key to change to: a new one that is written beside the present file, or the one that the source gives now. */
async function nextMasterKey(keyring: Keyring, currentId: string): Promise<MasterKey> {
  const { path, place } = keyring.source;
  const { current } = await keyring.refresh();
  // A source that is moved to, or a key that people have put there, is new already.
  if (current !== undefined && current.id !== currentId) return current;
  if (path === undefined)
    throw new Fault(
      'vault.key_not_new',
      `The master key is not changed: ${place} has the present one, ${currentId}.`,
    );
  if (current === undefined) createKeyFile(path);
  else createKeyFile(nextKeyPath(path));
  // A file that was there already comes from a change that was stopped: it is carried on with.
  const made = await keyring.refresh();
  // Without a next key another process has put it into its place meanwhile.
  const next = made.next ?? made.current;
  if (next === undefined) throw new Fault('vault.key_missing', `The new master key is not in ${place}.`);
  return next;
}

/**
 * From here on no data key is wrapped with the former key: whoever wraps one holds the lock that is taken here. Under it the
 * source is read once more. Another process may have finished a change to this very key, and one beyond it, since it was
 * read: then it is gone from the file, and what is wrapped with it could never be opened again.
 */
async function beginChange(
  tx: Tx,
  { keyring, now }: RotationParts,
  requester: Requester,
  next: { readonly id: string; readonly checkValue: string },
): Promise<void> {
  const current = await lockCurrentMasterKey(tx);
  const others = (await listMasterKeys(tx)).filter((key) => key.state === 'retiring');
  // Another process is changing it at this moment, or has just done so: that change is the one.
  if (current === undefined || current.id === next.id || others.length > 0) return;
  const atSource = await keyring.refresh();
  if (atSource.next?.id !== next.id && atSource.current?.id !== next.id) return;
  await keyring.masterKey(current.id); // Without the present key nothing could be wrapped anew: refused before anything is begun.
  const nowMs = now();
  await retireMasterKey(tx, current.id);
  const isInserted = await insertCurrentMasterKey(tx, { ...next, nowMs });
  assert(isInserted, `the master key ${next.id} takes the place of ${current.id}`);
  const data = { layer: 'master', from: current.id, to: next.id };
  await appendTrail(tx, 'system', [vaultEvent('key.rotation_started', requester, nowMs, data)]);
}

/** Carries on a change of the master key that was begun, whoever began it. Safe to be killed at any line and run again. */
export async function finishMasterKeyRotation(
  parts: RotationParts,
  { requester, report }: Request,
): Promise<MasterKeyRotation> {
  const done = await repeatWhileKeysChange(() => finishOnce(parts, requester, report));
  if (done.removed.length > 0) await parts.keyring.settle();
  report?.({ layer: 'master', step: 'finished', owner: null });
  return done;
}

async function finishOnce(
  parts: RotationParts,
  requester: Requester,
  report: RotationReport | undefined,
): Promise<MasterKeyRotation> {
  const current = (await listMasterKeys(parts.db)).find((key) => key.state === 'current');
  if (current === undefined) throw new Fault('vault.key_missing', 'The store knows no master key.');
  const { rewrapped, unreadable } = await rewrapAll(parts, current, report);
  const removed =
    unreadable.length > 0
      ? []
      : await inTransaction(parts.db, (tx) => endChange(tx, parts, requester, report));
  return { removed, current: current.id, rewrapped, unreadable };
}

async function rewrapAll(
  { db, keyring }: RotationParts,
  current: StoredMasterKey,
  report: RotationReport | undefined,
): Promise<{ readonly rewrapped: number; readonly unreadable: readonly string[] }> {
  const unreadable: string[] = [];
  let rewrapped = 0;
  for (let afterId = ''; ; ) {
    const page = await listDataKeys(db, { afterId, limit: PAGE, exceptMasterKeyId: current.id });
    for (const stored of page) {
      if (await rewrapOne({ db, keyring }, stored, current.id)) rewrapped += 1;
      else unreadable.push(stored.owner);
      report?.({ layer: 'master', step: 'rewrapped', owner: stored.owner });
    }
    const last = page.at(-1);
    if (last === undefined) return { rewrapped, unreadable };
    afterId = last.id;
  }
}

/** Opens the key from what is stored, not from memory: a text that was damaged must not go unnoticed. */
async function rewrapOne(
  { db, keyring }: Pick<RotationParts, 'db' | 'keyring'>,
  stored: StoredDataKey,
  masterKeyId: string,
): Promise<boolean> {
  const key = await DataKey.unwrap(stored, await keyring.masterKey(stored.masterKeyId));
  if (key === undefined) return false;
  const wrapped = await key.wrapWith(await keyring.masterKey(masterKeyId));
  await inTransaction(db, async (tx) => {
    const current = await lockCurrentMasterKey(tx);
    if (current?.id === masterKeyId) await rewrapDataKey(tx, stored, { wrapped, masterKeyId });
  });
  return true;
}

/**
 * Under the lock of the current key: no data key stands under another one, so the former file may go. The file is replaced
 * before the former keys are forgotten; killed in between, or done once more, this finds the file in place.
 */
async function endChange(
  tx: Tx,
  { keyring, now }: RotationParts,
  requester: Requester,
  report: RotationReport | undefined,
): Promise<readonly string[]> {
  const current = await lockCurrentMasterKey(tx);
  const removed = (await listMasterKeys(tx)).filter((key) => key.state === 'retiring').map((key) => key.id);
  if (current === undefined || removed.length === 0) return [];
  const [left] = await listDataKeys(tx, { afterId: '', limit: 1, exceptMasterKeyId: current.id });
  if (left !== undefined) return [];
  putKeyInPlace(keyring.source, current.id);
  report?.({ layer: 'master', step: 'key_replaced', owner: null });
  await expectAtSource(keyring, current.id);
  await deleteMasterKeys(tx, removed);
  const data = { layer: 'master', from: removed, to: current.id };
  await appendTrail(tx, 'system', [vaultEvent('key.rotated', requester, now(), data)]);
  return removed;
}

function putKeyInPlace({ path }: KeySource, currentId: string): void {
  if (path === undefined) return;
  const next = nextKeyPath(path);
  if (readKeyFile(next)?.id === currentId) replaceKeyFile(next, path);
}

/** The former key is only let go while the new one is where the next start finds it. */
async function expectAtSource(keyring: Keyring, currentId: string): Promise<void> {
  const { current, previous } = await keyring.refresh();
  if (current?.id === currentId || previous?.id === currentId) return;
  throw new Fault(
    'vault.key_wrong',
    `The change of the master key cannot end: ${keyring.source.place} has ${current?.id ?? 'no key'}, the new one is ${currentId}.`,
  );
}
