import { basename } from 'node:path';
import { localRequester } from '../../app.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { REDISCOVERY, type RediscoveryState } from '../../flows/purchases/rediscovery.ts';
import { isHolderDead } from '../../jobs/lease-holder.ts';
import { openSqliteAsIs } from '../../store/database.ts';
import { type CheckedBackup, type Restored, restoreSqlite } from '../../store/restore.ts';
import { checkVault } from '../../vault/check.ts';
import { configuredKeySource } from '../../vault/key-source.ts';
import { type ExitCode, printJson, printLine, printTable } from '../output.ts';
import { loadOrDefault } from '../session.ts';
import { embeddedStore } from './backup.ts';

interface RestoreOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `ml-connector restore`: puts a backup in the place of the embedded store, and keeps the former one aside. */
export async function restore(file: string, options: RestoreOptions): Promise<ExitCode> {
  const loaded = loadOrDefault(options.config);
  const path = embeddedStore(loaded, 'restored');
  const nowMs = Date.now();
  const done = await restoreSqlite({
    file,
    path,
    nowMs,
    isDead: isHolderDead,
    // What was written since is not linked: without a look at the notes of purchases they would be made a second time.
    marks: [{ name: REDISCOVERY, value: 'due' satisfies RediscoveryState }],
    event: (checked) => restored(file, checked, nowMs),
    isRehearsal: options.dryRun === true,
  });
  const sealed = options.dryRun === true ? undefined : await lookAtVault(path, loaded);
  if (options.json === true)
    printJson({
      ...done,
      file,
      dryRun: options.dryRun === true,
      ...(sealed === undefined ? {} : { vault: sealed }),
    });
  else {
    tellChecked(file, done);
    if (options.dryRun === true) printLine('The backup can be restored. Nothing was changed.');
    else tellRestored(path, done, sealed);
  }
  return 0;
}

function restored(file: string, { takenAtMs, schema, heads }: CheckedBackup, nowMs: number) {
  return {
    at: nowMs,
    ...localRequester('restore'),
    action: 'store.restored',
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data: {
      file: basename(file),
      backupOf: new Date(takenAtMs).toISOString(),
      schema,
      trails: Object.fromEntries(heads.map(({ chain, seq }) => [chain, seq])),
    },
  };
}

interface VaultLook {
  readonly opens: boolean;
  readonly text: string;
}

/** The backup may be older than the master key. That is told, and no reason to refuse. */
async function lookAtVault(path: string, loaded: LoadedConfig): Promise<VaultLook> {
  const store = openSqliteAsIs(path, 'query');
  try {
    const { place, expectedKeyId, broken, secrets } = await checkVault(
      store.db,
      configuredKeySource(loaded, process.env),
    );
    if (broken.length === 0)
      return {
        opens: true,
        text: `All ${secrets.total} stored secrets open with the master key of ${place}.`,
      };
    return {
      opens: false,
      text: `${broken.length} seals do not open with the master key of ${place}: the backup needs the key ${expectedKeyId ?? 'of its time'}. Put that one there before the server starts, then run key check.`,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { opens: false, text: `The stored secrets could not be looked at: ${why}` };
  } finally {
    await store.close();
  }
}

function tellChecked(file: string, { takenAtMs, schema, heads, connections }: CheckedBackup): void {
  printLine(
    `${file}: taken ${new Date(takenAtMs).toISOString()}, schema ${schema}, ${connections} connections, whole, its trails intact.`,
  );
  printLine();
  printTable(
    ['trail', 'entries up to', 'hash'],
    heads.map(({ connection, seq, hash }) => [connection, seq, hash]),
  );
  printLine();
}

function tellRestored(path: string, done: Restored, sealed: VaultLook | undefined): void {
  printLine(`It is the store ${path} now.`);
  if (done.keptAside.length > 0) printLine(`The former one is kept: ${done.keptAside.join(', ')}`);
  if (done.wasUnreadable)
    printLine(
      'The former one could not be read, so nobody knows whether a server still uses it: make sure that none runs.',
    );
  if (sealed !== undefined) printLine(sealed.text);
  printLine();
  printLine('What is left to do:');
  const steps = [
    'Start the server, or run sync. It looks in Cin7 for what was written since the backup before it makes any purchase: suppliers by their list, purchases one call for each that nothing links to.',
    'Run reconcile: it lists what still differs.',
    'Users, API tokens and rights are those of the backup. What was revoked since then counts again: look at user list and at the tokens. Everybody signs in anew.',
    'Anchors of the trail that were taken after the backup prove no longer anything: the entries since then are in the former store only.',
  ];
  for (const [number, step] of steps.entries()) printLine(`  ${number + 1}. ${step}`);
}
