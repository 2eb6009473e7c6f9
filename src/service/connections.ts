import { isDeepStrictEqual } from 'node:util';
import { type OpenConnection, openConnection, registerSettings, type Surroundings } from '../app.ts';
import { type Credentials, readCredentials } from '../config/credentials.ts';
import { type ConnectionConfig, connectionSchema } from '../config/file.ts';
import type { LoadedConfig } from '../config/load.ts';
import { configFromStore, withoutCredentials } from '../config/stored.ts';
import { cin7BudgetTerms } from '../connectors/cin7/index.ts';
import { budgetKeyHash } from '../connectors/http/slot-reserve.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { storedBudgetLedger } from '../store/budget.ts';
import {
  findListedConnection,
  hasHistory,
  type ListedConnection,
  listConnections,
  loadSettings,
  markConnectionOrigin,
  removeConnection,
  setPaused,
} from '../store/connections-admin.ts';
import { type Database, inTransaction, type Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester } from '../sync/ports.ts';
import {
  CREDENTIAL_NAMES,
  type CredentialName,
  credentialsFromVault,
} from '../vault/connection-credentials.ts';
import type { Vault } from '../vault/vault.ts';

interface ConnectionsParts {
  readonly loaded: LoadedConfig;
  readonly database: Database;
  readonly vault: Vault;
  readonly surroundings: Surroundings;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The connections of an installation, wherever they were set up: in ml-connector.yaml, where only the file changes them, or through the
 * API, where settings live in the store and credentials in the vault.
 */
export class Connections {
  readonly #parts: ConnectionsParts;

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
  }

  /** Brings the connections of the file into the store, so that they are listed before their first run. */
  async registerFile(requester: Requester): Promise<void> {
    const { loaded, database, surroundings } = this.#parts;
    for (const config of loaded.config.connections) {
      await inTransaction(database.db, async (tx) => {
        const stored = await registerSettings(tx, config, requester, surroundings.now());
        await markConnectionOrigin(tx, stored.id, 'file');
      });
    }
  }

  list(): Promise<readonly ListedConnection[]> {
    return listConnections(this.#parts.database.db);
  }

  /** @throws Fault `config.connection_unknown` */
  async find(nameOrId: string): Promise<ListedConnection> {
    const found = await findListedConnection(this.#parts.database.db, nameOrId);
    if (found !== undefined) return found;
    throw new Fault('config.connection_unknown', `There is no connection "${nameOrId}".`, {
      field: 'connection',
    });
  }

  /** The settings in force. */
  async config(connection: ListedConnection): Promise<ConnectionConfig> {
    const { loaded, database } = this.#parts;
    const inFile = loaded.config.connections.find(({ name }) => name === connection.name);
    if (inFile !== undefined) return inFile;
    const text = await loadSettings(database.db, connection.id, connection.settingsVersion);
    if (text === undefined)
      throw new Fault('store.unusable', `The settings of connection "${connection.name}" are missing.`);
    return configFromStore(connection.name, text);
  }

  /** @param settings checked here; a Fault `input.invalid` names the field. */
  async create(settings: unknown, requester: Requester): Promise<ListedConnection> {
    const config = parseConnection(settings);
    refuseCaFile(config);
    const taken = (await this.list()).some(({ name }) => name === config.name);
    if (taken)
      throw new Fault('api.conflict', `There is a connection "${config.name}" already.`, { field: 'name' });
    await this.#store(config, requester);
    return this.find(config.name);
  }

  /** @param mayChangeHosts asked where the credentials would go elsewhere from now on; throws where this caller may not. */
  async update(
    connection: ListedConnection,
    settings: Readonly<Record<string, unknown>>,
    requester: Requester,
    mayChangeHosts: () => void,
  ): Promise<ListedConnection> {
    refuseFile(connection);
    const before = await this.config(connection);
    const config = parseConnection({ ...settings, name: connection.name });
    refuseCaFile(config);
    if ((config.marker ?? config.name) !== (before.marker ?? before.name))
      throw new Fault(
        'input.invalid',
        'The marker of a connection cannot change: records in Cin7 carry it.',
        { field: 'marker' },
      );
    if (!isDeepStrictEqual(destinationsOf(config), destinationsOf(before))) mayChangeHosts();
    await this.#store(config, requester);
    return this.find(connection.name);
  }

  async pause(connection: ListedConnection, paused: boolean, requester: Requester): Promise<void> {
    await this.#told(
      connection,
      paused ? 'connection.paused' : 'connection.resumed',
      requester,
      (tx, nowMs) => setPaused(tx, connection.id, paused ? { by: requester.actor, atMs: nowMs } : null),
    );
  }

  /** Only one that never wrote to Cin7; the others are paused. */
  async remove(connection: ListedConnection, requester: Requester): Promise<void> {
    refuseFile(connection);
    const { vault } = this.#parts;
    await this.#told(connection, 'connection.removed', requester, async (tx) => {
      if (await hasHistory(tx, connection.id))
        throw new Fault(
          'api.conflict',
          `Connection "${connection.name}" has written to Cin7: its links are what keeps records from being made twice. Pause it instead.`,
        );
      await vault.removeOwner(tx, { owner: connection.id, requester });
      await removeConnection(tx, connection.id);
    });
  }

  /** Seals credentials. Those that are not named stay as they are. */
  async saveCredentials(
    connection: ListedConnection,
    values: Readonly<Partial<Record<CredentialName, string | undefined>>>,
    requester: Requester,
  ): Promise<void> {
    const { database, vault } = this.#parts;
    await inTransaction(database.db, async (tx) => {
      for (const name of CREDENTIAL_NAMES) {
        const value = values[name];
        if (value !== undefined) await vault.save(tx, { owner: connection.id, name, value, requester });
      }
    });
  }

  /** Opens both ends. The caller closes them. */
  async open(connection: ListedConnection, requester: Requester): Promise<OpenConnection> {
    const { loaded, database, surroundings } = this.#parts;
    const config = await this.config(connection);
    if (connection.origin === 'api') refuseCaFile(config);
    const credentials = await this.#credentials(connection, config);
    return openConnection({ loaded, config, database, requester, credentials, surroundings });
  }

  /** How much of the allowance of its application key is used now; `undefined` while credentials are missing. */
  async budget(
    connection: ListedConnection,
  ): Promise<{ readonly used: number; readonly limit: number } | undefined> {
    const { database, surroundings } = this.#parts;
    const config = await this.config(connection);
    let credentials: Credentials;
    try {
      credentials = await this.#credentials(connection, config);
    } catch (error) {
      if (isFault(error)) return undefined;
      throw error;
    }
    const terms = cin7BudgetTerms(withoutCredentials(config.cin7), credentials.cin7);
    const window = { windowMs: 60_000, nowMs: surroundings.now(), staleAfterMs: terms.callTimeoutMs };
    const used = await storedBudgetLedger(database.db).used(budgetKeyHash(terms.key), window);
    return { used, limit: terms.limit };
  }

  async #credentials(connection: ListedConnection, config: ConnectionConfig): Promise<Credentials> {
    const { vault, env, loaded } = this.#parts;
    const sealed = await credentialsFromVault(vault, connection.id);
    if (sealed !== undefined) return sealed;
    if (connection.origin === 'file') return readCredentials(config, { env, folder: loaded.folder });
    throw new Fault(
      'config.credential_missing',
      `Connection "${connection.name}" has no credentials yet. Enter the JDE user and the Cin7 application key.`,
      { field: 'credentials' },
    );
  }

  async #store(config: ConnectionConfig, requester: Requester): Promise<void> {
    const { database, surroundings } = this.#parts;
    await inTransaction(database.db, async (tx) => {
      const stored = await registerSettings(tx, config, requester, surroundings.now());
      await markConnectionOrigin(tx, stored.id, 'api');
    });
  }

  async #told(
    connection: ListedConnection,
    action: string,
    requester: Requester,
    act: (tx: Tx, nowMs: number) => Promise<void>,
  ): Promise<void> {
    const { database, surroundings } = this.#parts;
    const nowMs = surroundings.now();
    await inTransaction(database.db, async (tx) => {
      await lockConnection(tx, connection.id);
      await act(tx, nowMs);
      await appendTrail(tx, connection.id, [
        {
          at: nowMs,
          ...requester,
          action,
          flow: null,
          recordKey: null,
          runId: null,
          settingsVersion: connection.settingsVersion,
          cin7Id: null,
          data: { name: connection.name },
        },
      ]);
    });
  }
}

function refuseFile(connection: ListedConnection): void {
  if (connection.origin === 'file')
    throw new Fault(
      'api.conflict',
      `Connection "${connection.name}" stands in ml-connector.yaml: change it there and restart.`,
      { field: 'connection' },
    );
}

/** Where credentials are sent, and who may answer there. */
function destinationsOf({ jde, cin7, outbound }: ConnectionConfig): readonly unknown[] {
  return [jde.url, jde.ca, cin7.url, outbound.allowHosts];
}

/** Who may change settings must not make the server read a file of their choice. */
function refuseCaFile({ jde }: ConnectionConfig): void {
  if (jde.caFile !== undefined)
    throw new Fault(
      'input.invalid',
      'jde.caFile: a file of the server can be named in ml-connector.yaml only. Give the certificates themselves, as PEM text, in jde.ca.',
      { field: 'jde.caFile' },
    );
}

function parseConnection(settings: unknown): ConnectionConfig {
  const parsed = connectionSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
  }));
  throw new Fault(
    'input.invalid',
    issues.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; '),
    { field: issues[0]?.field ?? '' },
  );
}
