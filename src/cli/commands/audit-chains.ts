import { readFileSync } from 'node:fs';
import { localRequester, openStore } from '../../app.ts';
import { findConnectionConfig, type LoadedConfig, loadConfig } from '../../config/load.ts';
import { Fault } from '../../faults/fault.ts';
import { findConnection } from '../../store/connections.ts';
import { listConnections } from '../../store/connections-admin.ts';
import type { Database, Db } from '../../store/database.ts';
import { listChains } from '../../store/trail-source.ts';
import { ed25519Verifier, type TrailSigner, type TrailVerifier } from '../../trail/signer.ts';
import { configuredKeySource } from '../../vault/key-source.ts';
import { openVault } from '../../vault/open-vault.ts';
import { hasTrailKey, openTrailSigner } from '../../vault/trail-signer.ts';
import { printNote } from '../output.ts';
import type { ConnectionOptions } from '../session.ts';

export interface ChainOptions extends ConnectionOptions {
  /** The trail of the program itself instead of a connection's. */
  readonly system?: boolean;
  readonly all?: boolean;
}

/** A chain of the trail and what people call it. */
export interface NamedChain {
  readonly chain: string;
  readonly connection: string;
}

/** Opens the store for one command on its trail. Needs no credentials and calls nobody. */
export async function withTrail<T>(
  options: ConnectionOptions,
  work: (database: Database, loaded: LoadedConfig) => Promise<T>,
): Promise<T> {
  const loaded = loadConfig(options.config);
  const database = await openStore(loaded);
  try {
    return await work(database, loaded);
  } finally {
    await database.close();
  }
}

/** The chains that the options of a command name. */
export async function chosenChains(
  db: Db,
  loaded: LoadedConfig,
  options: ChainOptions,
): Promise<readonly NamedChain[]> {
  if (options.all === true) return allChains(db);
  if (options.system === true) return [SYSTEM];
  const name = options.connection ?? findConnectionConfig(loaded.config, undefined).name;
  const stored = await findConnection(db, name);
  if (stored !== undefined) return [{ chain: stored.id, connection: name }];
  const configured = findConnectionConfig(loaded.config, name).name;
  throw new Fault(
    'input.invalid',
    `Connection "${configured}" has not been used yet: nothing is stored of it. Run connection test or plan first.`,
    { field: '--connection' },
  );
}

const SYSTEM: NamedChain = { chain: 'system', connection: 'system' };

/** A chain whose connection is gone keeps its id for a name. */
async function allChains(db: Db): Promise<readonly NamedChain[]> {
  const names = new Map((await listConnections(db)).map(({ id, name }) => [id, name]));
  const chains = new Set([SYSTEM.chain, ...names.keys(), ...(await listChains(db))]);
  return [...chains].map((chain) => ({ chain, connection: names.get(chain) ?? chain }));
}

/** The signer of the trail, made with the first use. */
export async function trailSigner(
  database: Database,
  loaded: LoadedConfig,
  command: string,
): Promise<TrailSigner> {
  const { db } = database;
  const requester = localRequester(command);
  const { vault, notices } = await openVault({
    db,
    source: configuredKeySource(loaded, process.env),
    now: Date.now,
    requester,
    carriesOn: false,
  });
  notices.forEach(printNote);
  return openTrailSigner(db, vault, requester);
}

/** The signer, where the trail has a key already: what only reads makes none. */
export async function existingSigner(
  database: Database,
  loaded: LoadedConfig,
  command: string,
): Promise<TrailSigner | undefined> {
  return (await hasTrailKey(database.db)) ? trailSigner(database, loaded, command) : undefined;
}

/** With public keys that were named, or with the key of this store. */
export async function trailVerifier(
  database: Database,
  loaded: LoadedConfig,
  publicKeyFiles: readonly string[] | undefined,
): Promise<TrailVerifier | undefined> {
  return publicKeyFiles === undefined
    ? existingSigner(database, loaded, 'audit verify')
    : verifierOf(publicKeyFiles);
}

export function verifierOf(publicKeyFiles: readonly string[]): TrailVerifier {
  return ed25519Verifier(publicKeyFiles.map(readPublicKey));
}

function readPublicKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault('input.invalid', `${path} cannot be read.`, { cause, field: '--public-key' });
  }
}
