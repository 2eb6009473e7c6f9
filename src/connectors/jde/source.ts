import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { TableSpec } from '../../domain/source-row.ts';
import type { Source } from '../connector.ts';
import { openOutbound } from '../http/outbound.ts';
import { OutboundGuard, type Resolve } from '../http/outbound-guard.ts';
import { checkJde } from './check.ts';
import { AisClient } from './client.ts';
import type { JdeSettings } from './config.ts';
import { AisHttp, type CallReport } from './http.ts';
import { quietHoursGuard } from './quiet-hours.ts';
import { readTable } from './read-table.ts';
import type { RetryDeps } from './retry.ts';
import { type JdeCredentials, JdeSession } from './session.ts';

export interface JdeSourceOptions {
  readonly settings: JdeSettings;
  readonly credentials: JdeCredentials;
  /** Tables that the connection test looks at. */
  readonly checkTables?: readonly TableSpec[];
  /** PEM text of the certificate authorities to trust for AIS, in place of the public ones. */
  readonly certificateAuthority?: string;
  /** Hosts (`host:port`) besides those in public and private networks at which AIS may be. */
  readonly allowHosts?: readonly string[];
  /** Default: the resolver of the system. */
  readonly resolve?: Resolve;
  /** Connections to use; the caller closes them. Without it the source has its own. */
  readonly dispatcher?: Dispatcher;
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
  /** Hears of every finished call. */
  readonly onCall?: (call: CallReport) => void;
}

/** Opens a source that reads the tables of a JDE environment through AIS. It signs in with its first call. */
export function openJdeSource(options: JdeSourceOptions): Source {
  const { settings, credentials, now = Date.now, random = Math.random, sleep = sleepFor } = options;
  const { checkTables: tables = [], certificateAuthority } = options;
  const guard = guardFor(options);
  const dispatcher =
    options.dispatcher ??
    openOutbound({
      guard,
      connections: settings.callsAtOnce,
      connectTimeoutMs: settings.timeoutSeconds * 1000,
      certificateAuthority,
    });
  const mayCall = quietHoursGuard(settings, now);
  const http = new AisHttp({ settings, now, mayCall, onCall: options.onCall, dispatcher });
  const delayMsMax = settings.retryDelaySecondsMax * 1000;
  const retry: RetryDeps = { retriesMax: settings.retriesMax, delayMsMax, sleep, random };
  const session = new JdeSession({ settings, credentials, http, retry });
  const client = new AisClient({ settings, http, session, retry });
  return {
    readTable: (read, signal) => readTable(read, { client, now }, signal),
    check: (signal) =>
      checkJde({ client, http, credentials, tables, guard, certificateAuthority, now }, signal),
    close: async () => {
      await session.close();
      if (options.dispatcher === undefined) await dispatcher.destroy().catch(() => undefined);
    },
    get callCount() {
      return http.callCount;
    },
  };
}

/** AIS is mostly in the private network. */
function guardFor({ settings, allowHosts = [], resolve }: JdeSourceOptions): OutboundGuard {
  return new OutboundGuard({
    url: settings.url,
    setting: 'jde.url',
    allowPrivate: true,
    allowHosts,
    ...(resolve !== undefined && { resolve }),
  });
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal });
}
