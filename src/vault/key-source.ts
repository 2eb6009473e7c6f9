import { dirname, resolve } from 'node:path';
import type { LoadedConfig } from '../config/load.ts';
import type { VaultSettings } from '../config/vault.ts';
import { readKeyFromCommand } from './key-command.ts';
import { readKeyFile } from './key-file.ts';
import { generateMasterKey, type MasterKey, parseMasterKey } from './master-key.ts';

/** The keys that a source has at one moment. */
export interface SourceKeys {
  /** The master key. */
  readonly current: MasterKey | undefined;
  /** Takes the place of `current` when the change of the master key that is under way is done. */
  readonly next: MasterKey | undefined;
  /** The former master key: opens what has not been sealed anew yet. */
  readonly previous: MasterKey | undefined;
}

/** Where the master key comes from. */
export interface KeySource {
  /** In words: `the file /data/master.key`. */
  readonly place: string;
  /** The file, where this program itself keeps the key and may change it. */
  readonly path?: string;
  /** Reads anew each time, since the key may be changed while the process runs. */
  read(): Promise<SourceKeys>;
}

export const KEY_VARIABLE = 'ML_CONNECTOR_MASTER_KEY';
export const PREVIOUS_VARIABLE = 'ML_CONNECTOR_MASTER_KEY_PREVIOUS';

type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  readonly settings: VaultSettings;
  /** Folder of the configuration; relative paths start there. */
  readonly folder: string;
  /** Path of the embedded store, as in the configuration. The key file lies beside it by default. */
  readonly storePath: string;
  readonly env: Environment;
}

/** The source that a configuration and its environment choose. */
export function configuredKeySource({ config, folder }: LoadedConfig, env: Environment): KeySource {
  return chooseKeySource({ settings: config.vault, folder, storePath: config.store.sqlite, env });
}

/** The environment variable if it is set, else the command, else the file. */
export function chooseKeySource({ settings, folder, storePath, env }: Surroundings): KeySource {
  if (env[KEY_VARIABLE] !== undefined) return environmentSource(env);
  if (settings.masterKeyCommand !== undefined)
    return commandSource({ argv: settings.masterKeyCommand, cwd: folder, env });
  const { masterKeyFile } = settings;
  if (masterKeyFile === undefined && storePath === ':memory:') return throwAwaySource();
  return fileSource(resolve(folder, masterKeyFile ?? resolve(folder, dirname(storePath), 'master.key')), env);
}

function environmentSource(env: Environment): KeySource {
  const place = `the environment variable ${KEY_VARIABLE}`;
  return {
    place,
    read: async () => ({
      current: parseMasterKey(env[KEY_VARIABLE] ?? '', place),
      next: undefined,
      previous: previousKey(env),
    }),
  };
}

interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
}

function commandSource(command: Command): KeySource {
  const { [KEY_VARIABLE]: _, [PREVIOUS_VARIABLE]: __, ...env } = command.env;
  return {
    place: `the command ${command.argv[0]}`,
    read: async () => ({
      current: await readKeyFromCommand({ ...command, env }),
      next: undefined,
      previous: previousKey(command.env),
    }),
  };
}

/** A key in a file of this program. While the key is being changed, the new one waits beside it. */
export function fileSource(path: string, env: Environment = {}): KeySource {
  return {
    place: `the file ${path}`,
    path,
    read: async () => {
      // The next key first: when it takes the place of the current one between the two reads, it is seen twice and not never.
      const next = readKeyFile(nextKeyPath(path));
      return { current: readKeyFile(path), next, previous: previousKey(env) };
    },
  };
}

export function nextKeyPath(path: string): string {
  return `${path}.next`;
}

/** A key for a store in memory, which is gone with it. */
export function throwAwaySource(): KeySource {
  const keys = { current: generateMasterKey(), next: undefined, previous: undefined };
  return { place: 'memory', read: async () => keys };
}

function previousKey(env: Environment): MasterKey | undefined {
  const text = env[PREVIOUS_VARIABLE];
  return text === undefined || text === ''
    ? undefined
    : parseMasterKey(text, `the environment variable ${PREVIOUS_VARIABLE}`);
}
