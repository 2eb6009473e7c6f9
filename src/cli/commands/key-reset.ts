import { localRequester, openStore } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import { isHolderDead } from '../../jobs/lease-holder.ts';
import { type KeyResetPlan, previewKeyReset, resetKeys } from '../../service/key-reset.ts';
import { configuredKeySource, type KeySource } from '../../vault/key-source.ts';
import { type ExitCode, printJson, printLine, printNote } from '../output.ts';
import { loadOrDefault, storeExists } from '../session.ts';

interface KeyResetOptions {
  readonly config: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `ml-connector key reset`: gives up what a lost master key sealed. Without `--yes` it says what that is, and changes nothing. */
export async function keyReset({ config, yes, json }: KeyResetOptions): Promise<ExitCode> {
  const loaded = loadOrDefault(config);
  if (!storeExists(loaded))
    throw new Fault(
      'vault.nothing_lost',
      'There is no store here, so nothing is sealed. Is this the right folder?',
    );
  const source = configuredKeySource(loaded, process.env);
  const database = await openStore(loaded);
  try {
    const options = { db: database.db, source, nowMs: Date.now(), isDead: isHolderDead };
    const isDone = yes === true;
    const plan = isDone
      ? await resetKeys({ ...options, requester: localRequester('key reset') })
      : await previewKeyReset(options);
    if (json === true) printJson({ dryRun: !isDone, ...plan });
    else print(plan, source, isDone);
    return 0;
  } finally {
    await database.close();
  }
}

function print(plan: KeyResetPlan, source: KeySource, isDone: boolean): void {
  printLine(stateOf(plan));
  printLine(isDone ? 'Given up:' : 'With --yes this is given up:');
  for (const line of lossesOf(plan)) printLine(`  - ${line}`);
  const { kept } = plan.counts;
  if (kept > 0) printLine(`${counted(kept, 'secret')} that can be opened: kept as before.`);
  printLine('Records, links, crosswalk, settings, users, API tokens and trail are not sealed: they stay.');
  printLine();
  if (isDone) printLine(`What is left to do:\n${stepsOf(plan, source).join('\n')}`);
  else
    printNote(
      'Nothing was changed. If the key can still be found, in a backup or on another machine, put it back instead: then nothing is lost. Otherwise make a backup of the store, and run key reset --yes.',
    );
}

function stateOf({ place, keyId, lostKeyIds, counts }: KeyResetPlan): string {
  const count = `${counted(counts.secrets, 'secret')} and ${counted(counts.dataKeys, 'data key')} do not open`;
  if (lostKeyIds.length === 0)
    return `${count}, though the master key of ${place} is the right one: they were changed in the database.`;
  return `${count} without the master key ${lostKeyIds.join(' and ')}; ${place} has ${keyId ?? 'none'}.`;
}

function lossesOf({ connections, channels, users, trailKey, others }: KeyResetPlan): readonly string[] {
  return [
    ...connections.map(
      ({ name, credentials }) => `connection ${name}: ${credentials.join(', ')}, to be entered again`,
    ),
    ...channels.map(
      (name) => `notice channel ${name}: its address or password, and the signing secret of a webhook`,
    ),
    ...(users.length === 0
      ? []
      : [
          `second factor and recovery codes of ${counted(users.length, 'user')}: ${users.join(', ')}. Until they enrol again their password alone signs them in; where the role needs a second factor, the next sign-in asks for a new one`,
        ]),
    ...(trailKey.lost ? [`the signing key of the trail. ${signaturesText(trailKey.signed)}`] : []),
    ...others.map((name) => `secret ${name}, of something that is no longer there`),
  ];
}

function signaturesText(signed: readonly string[]): string {
  const before =
    signed.length === 0
      ? 'Anchors and exports that it signed'
      : `Summaries in the trail signed by ${signed.join(', ')}, and anchors and exports,`;
  return `${before} are checked with audit verify --public-key FILE, the file that audit public-key printed in its time; entries and their hashes are checked as before`;
}

function stepsOf(
  { keyId, connections, channels, users }: KeyResetPlan,
  source: KeySource,
): readonly string[] {
  const steps = [
    keyStep(keyId, source),
    ...(connections.length === 0
      ? []
      : [
          `Enter the credentials of ${connections.map(({ name }) => name).join(', ')} again: in the console, in the settings of the connection. One of ml-connector.yaml goes on with those of its environment, where they are set.`,
        ]),
    ...(channels.length === 0
      ? []
      : [
          `Enter address or password of the notice channels ${channels.join(', ')} again. Receivers of a webhook get a new signing secret.`,
        ]),
    ...(users.length === 0 ? [] : [`Ask ${users.join(', ')} to enrol a second factor again.`]),
    'Run audit public-key once the server is at work, and keep what it prints.',
  ];
  return steps.map((step, index) => `  ${index + 1}. ${step}`);
}

function keyStep(keyId: string | null, { place, path }: KeySource): string {
  if (keyId !== null) return `Start the server: the master key ${keyId} of ${place} seals from now on.`;
  if (path !== undefined)
    return `Start the server: it makes a new master key in ${place}. Back that up, apart from the database.`;
  return `Put a master key into ${place}, then start the server.`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
