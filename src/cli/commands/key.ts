import { resolve } from 'node:path';
import { localRequester, openStore } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import { listConnections } from '../../store/connections-admin.ts';
import { listOwners } from '../../store/data-keys.ts';
import type { Db } from '../../store/database.ts';
import { type BrokenSeal, checkVault, type VaultReport } from '../../vault/check.ts';
import { createKeyFile } from '../../vault/key-file.ts';
import { configuredKeySource, type KeySource } from '../../vault/key-source.ts';
import { openVault } from '../../vault/open-vault.ts';
import type { DataKeyRotation } from '../../vault/rotate-data-key.ts';
import type { MasterKeyRotation } from '../../vault/rotate-master-key.ts';
import type { Vault } from '../../vault/vault.ts';
import { type ExitCode, printJson, printLine, printNote, printTable } from '../output.ts';
import { loadOrDefault } from '../session.ts';

interface KeyOptions {
  readonly config: string;
  readonly json?: boolean;
}

interface RotateOptions extends KeyOptions {
  readonly master?: boolean;
  readonly dataKeys?: boolean;
  readonly dryRun?: boolean;
}

type NameOf = (owner: string) => string;

/** `ml-connector key check`: whether everything that is sealed can be opened. Changes nothing. */
export function keyCheck(options: KeyOptions): Promise<ExitCode> {
  return withKeys(options, async ({ db, source, nameOf }) => {
    const report = await checkVault(db, source);
    printReport(report, nameOf, options);
    return report.broken.length === 0 ? 0 : 1;
  });
}

/** `ml-connector key rotate`: new keys, and everything sealed anew. Both layers, unless one is named. */
export function keyRotate(options: RotateOptions): Promise<ExitCode> {
  return withKeys(options, async ({ db, source, nameOf }) => {
    if (options.dryRun === true) return preview(await checkVault(db, source), options);
    const requester = localRequester('key rotate');
    const opened = await openVault({ db, source, now: Date.now, requester, carriesOn: false });
    opened.notices.forEach(printNote);
    const both = options.master !== true && options.dataKeys !== true;
    const master =
      both || options.master === true ? await rotateMaster(opened.vault, { source, both }) : undefined;
    const owners =
      both || options.dataKeys === true ? await rotateDataKeys(opened.vault, await listOwners(db)) : [];
    printRotation({ master, owners, nameOf }, options);
    const failed = owners.some((each) => each.unreadable.length > 0) || (master?.unreadable.length ?? 0) > 0;
    return failed ? 1 : 0;
  });
}

/** `ml-connector key create`: a new master key in a file, for whoever wants it elsewhere than beside the data. */
export async function keyCreate(file: string, options: { readonly json?: boolean }): Promise<ExitCode> {
  const path = resolve(file);
  const key = createKeyFile(path);
  if (key === undefined)
    throw new Fault('input.invalid', `${path} exists already, and a key is never overwritten.`, {
      field: 'file',
    });
  if (options.json === true) printJson({ file: path, keyId: key.id });
  else printLine(`A new master key ${key.id} is in ${path}. Back it up, apart from the database.`);
  return 0;
}

interface Keys {
  readonly db: Db;
  readonly source: KeySource;
  readonly nameOf: NameOf;
}

async function withKeys(options: KeyOptions, work: (keys: Keys) => Promise<ExitCode>): Promise<ExitCode> {
  const loaded = loadOrDefault(options.config);
  const source = configuredKeySource(loaded, process.env);
  const database = await openStore(loaded);
  try {
    const { db } = database;
    const names = new Map((await listConnections(db)).map(({ id, name }) => [id, name]));
    return await work({ db, source, nameOf: (owner) => names.get(owner) ?? owner });
  } finally {
    await database.close();
  }
}

/** Where both layers are changed, a key that people give is only changed if they have put a new one there. */
async function rotateMaster(
  vault: Vault,
  { source, both }: { readonly source: KeySource; readonly both: boolean },
): Promise<MasterKeyRotation | undefined> {
  try {
    return await vault.rotateMasterKey({ requester: localRequester('key rotate') });
  } catch (error) {
    if (!both || !(error instanceof Fault) || error.code !== 'vault.key_not_new') throw error;
    printNote(`The master key stays as it is, since ${source.place} has no new one. ${error.hint}`);
    return undefined;
  }
}

async function rotateDataKeys(vault: Vault, owners: readonly string[]): Promise<readonly DataKeyRotation[]> {
  const done: DataKeyRotation[] = [];
  for (const owner of owners)
    done.push(await vault.rotateDataKey(owner, { requester: localRequester('key rotate') }));
  return done;
}

function printReport(report: VaultReport, nameOf: NameOf, { json }: KeyOptions): void {
  const { place, keyId, expectedKeyId, dataKeys, secrets, broken } = report;
  if (json === true) {
    printJson({ ...report, broken: broken.map((each) => ({ ...each, connection: nameOf(each.owner) })) });
    return;
  }
  printLine(keyId === null ? `There is no master key in ${place}.` : `Master key ${keyId}, from ${place}.`);
  if (expectedKeyId !== null && expectedKeyId !== keyId)
    printLine(`What is stored is sealed with the master key ${expectedKeyId}.`);
  if (report.isChanging) printLine('A change of keys has begun and has not ended; key rotate carries it on.');
  printLine(
    `${dataKeys.opened} of ${dataKeys.total} data keys open, ${secrets.opened} of ${secrets.total} secrets.`,
  );
  if (broken.length > 0) printBroken(broken, nameOf);
}

function printBroken(broken: readonly Pick<BrokenSeal, 'owner' | 'name'>[], nameOf: NameOf): void {
  printLine('These do not open:');
  printTable(
    ['connection', 'secret'],
    broken.map(({ owner, name }) => [nameOf(owner), name ?? '(its data key)']),
  );
}

function preview(report: VaultReport, { json, master, dataKeys }: RotateOptions): ExitCode {
  const both = master !== true && dataKeys !== true;
  const would = {
    wrappedAnew: both || master === true ? report.dataKeys.total : 0,
    sealedAnew: both || dataKeys === true ? report.secrets.total : 0,
    doNotOpen: report.broken.length,
  };
  if (json === true) printJson({ dryRun: true, ...would });
  else
    printLine(
      `Would wrap ${would.wrappedAnew} data keys anew and seal ${would.sealedAnew} secrets anew; ${would.doNotOpen} do not open. Nothing was changed.`,
    );
  return report.broken.length === 0 ? 0 : 1;
}

interface Rotated {
  readonly master: MasterKeyRotation | undefined;
  readonly owners: readonly DataKeyRotation[];
  readonly nameOf: NameOf;
}

function printRotation({ master, owners, nameOf }: Rotated, { json }: KeyOptions): void {
  if (json === true) {
    printJson({ master: master ?? null, dataKeys: owners });
    return;
  }
  if (master !== undefined) printMaster(master);
  if (owners.length > 0) printLine(`${owners.length} data keys were replaced and their secrets sealed anew.`);
  const broken = [
    ...(master?.unreadable ?? []).map((owner) => ({ owner, name: null })),
    ...owners.flatMap(({ owner, unreadable }) => unreadable.map((name) => ({ owner, name }))),
  ];
  if (broken.length > 0) printBroken(broken, nameOf);
}

function printMaster({ removed, current, rewrapped }: MasterKeyRotation): void {
  printLine(`The master key is ${current} now; ${rewrapped} data keys were wrapped anew.`);
  if (removed.length > 0)
    printLine(
      `Back the new key up. ${removed.join(', ')} is no longer needed here, but by backups of the database that were made before.`,
    );
}
