import { checkables, localRequester, openConnection, openStore } from '../../app.ts';
import { readCertificateAuthority } from '../../config/certificates.ts';
import { type Credentials, readCredentials } from '../../config/credentials.ts';
import type { ConnectionConfig } from '../../config/file.ts';
import { configFromStore } from '../../config/stored.ts';
import { exchange } from '../../connectors/http/exchange.ts';
import { openOutbound } from '../../connectors/http/outbound.ts';
import { OutboundGuard } from '../../connectors/http/outbound-guard.ts';
import { Fault } from '../../faults/fault.ts';
import { type ListedConnection, loadSettings } from '../../store/connections-admin.ts';
import type { Database } from '../../store/database.ts';
import { credentialsFromVault } from '../../vault/connection-credentials.ts';
import { configuredKeySource } from '../../vault/key-source.ts';
import { openVault } from '../../vault/open-vault.ts';
import type { Check, Finding, Ward } from './finding.ts';

const TIMEOUT_MS = 15_000;
const BODY_BYTES_MAX = 1_000_000;
/** Header `Date` has whole seconds, and the answer takes its time. */
const SKEW_MS_MAX = 30_000;
/** From here on one-time codes are refused, and days around midnight are taken for others. */
const SKEW_MS_WRONG = 120_000;

/** Calls both systems of each connection. Does what connection test does, and compares clocks. */
export function onlineChecks(ward: Ward, signal: AbortSignal): readonly Check[] {
  return ward.connections.flatMap((connection) => [
    { name: 'clock.online', look: async () => clocks(ward, connection, signal) },
    { name: 'connection', look: async () => steps(ward, connection, signal) },
  ]);
}

async function configOf({ loaded, database }: Ward, connection: ListedConnection): Promise<ConnectionConfig> {
  const inFile = loaded.config.connections.find(({ name }) => name === connection.name);
  if (inFile !== undefined) return inFile;
  const text = await loadSettings(database.db, connection.id, connection.settingsVersion);
  if (text !== undefined) return configFromStore(connection.name, text);
  throw new Fault('store.unusable', `The settings of connection "${connection.name}" are missing.`);
}

async function clocks(
  ward: Ward,
  connection: ListedConnection,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const config = await configOf(ward, connection);
  const { allowHosts } = config.outbound;
  const certificateAuthority = readCertificateAuthority(config, ward.loaded.folder);
  const jde = new OutboundGuard({ url: config.jde.url, setting: 'jde.url', allowPrivate: true, allowHosts });
  const cin7 = new OutboundGuard({
    url: config.cin7.url,
    setting: 'cin7.url',
    allowPrivate: false,
    allowHosts,
  });
  return [
    await clockOf({ side: 'JDE', guard: jde, url: config.jde.url, certificateAuthority }, connection, signal),
    await clockOf({ side: 'Cin7', guard: cin7, url: config.cin7.url }, connection, signal),
  ];
}

interface Side {
  readonly side: string;
  readonly guard: OutboundGuard;
  readonly url: string;
  readonly certificateAuthority?: string | undefined;
}

/** Any answer has the time of the server, one without a sign-in as well. */
async function clockOf(
  { side, guard, url, certificateAuthority }: Side,
  { name }: ListedConnection,
  signal: AbortSignal,
): Promise<Finding> {
  const agent = openOutbound({ guard, connections: 1, connectTimeoutMs: TIMEOUT_MS, certificateAuthority });
  try {
    const askedAtMs = Date.now();
    const answer = await exchange(agent, {
      origin: guard.origin,
      path: new URL(url).pathname,
      method: 'GET',
      headers: ['accept', '*/*'],
      timeoutMs: TIMEOUT_MS,
      bodyBytesMax: BODY_BYTES_MAX,
      signal,
    });
    return skewFinding(`${name}: ${side}`, Date.parse(answer.header('date')), (askedAtMs + Date.now()) / 2);
  } catch (error) {
    signal.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    return { state: 'skipped', detail: `${name}: ${side} gave no time: ${detail}` };
  } finally {
    await agent.close();
  }
}

export function skewFinding(who: string, theirsMs: number, oursMs: number): Finding {
  if (Number.isNaN(theirsMs)) return { state: 'skipped', detail: `${who} gave no time` };
  const skewMs = Math.round(oursMs - theirsMs);
  const seconds = Math.round(skewMs / 1_000);
  const facts = { skewMs };
  const detail = `${who}: this clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(skewMs) <= SKEW_MS_MAX) return { state: 'ok', detail, facts };
  return {
    state: Math.abs(skewMs) > SKEW_MS_WRONG ? 'problem' : 'warning',
    detail,
    next: 'See which of both clocks is wrong, and set it by NTP.',
    facts,
  };
}

async function steps(
  ward: Ward,
  connection: ListedConnection,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { loaded } = ward;
  const config = await configOf(ward, connection);
  // The store that is looked at takes no writes, and calls to Cin7 are counted.
  const database = await openStore(loaded);
  try {
    const credentials = await credentialsOf(ward, database, connection, config);
    const requester = localRequester('doctor');
    const open = await openConnection({ loaded, config, database, requester, credentials });
    try {
      const findings: Finding[] = [];
      for (const side of checkables(open))
        for await (const { name, title, state, detail, fix, code } of side.check(signal))
          findings.push({
            state: state === 'passed' ? 'ok' : state === 'failed' ? 'problem' : state,
            detail: `${title}${detail === '' ? '' : ` — ${detail}`}`,
            ...(fix === undefined ? {} : { next: fix }),
            facts: { connection: connection.name, step: name, ...(code === undefined ? {} : { code }) },
          });
      return findings;
    } finally {
      await open.close();
    }
  } finally {
    await database.close();
  }
}

async function credentialsOf(
  { loaded }: Ward,
  { db }: Database,
  connection: ListedConnection,
  config: ConnectionConfig,
): Promise<Credentials> {
  if (connection.origin === 'file')
    return readCredentials(config, { env: process.env, folder: loaded.folder });
  const source = configuredKeySource(loaded, process.env);
  const requester = localRequester('doctor');
  const { vault } = await openVault({ db, source, now: Date.now, requester, carriesOn: false });
  const sealed = await credentialsFromVault(vault, connection.id);
  if (sealed !== undefined) return sealed;
  throw new Fault('config.credential_missing', `Connection "${connection.name}" has no credentials yet.`, {
    field: 'credentials',
  });
}
