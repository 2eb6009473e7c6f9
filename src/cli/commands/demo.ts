import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify as toCsv } from 'csv-stringify/sync';
import { stringify } from 'yaml';
import { localRequester, openConnection, openStore, REAL_SURROUNDINGS, syncConnection } from '../../app.ts';
import { findConnectionConfig, loadConfig } from '../../config/load.ts';
import { importCrosswalk } from '../../crosswalk/edit.ts';
import { openLog } from '../../observe/log.ts';
import { serve } from '../../serve.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../simulators/cin7/index.ts';
import { loadSampleCompany } from '../../simulators/dataset/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../../simulators/jde/index.ts';
import { type ExitCode, packageVersion, printLine } from '../output.ts';
import { openProgress } from '../progress.ts';
import { printRunEnding } from '../run-ending.ts';
import { stopOnSignal } from '../session.ts';

interface DemoOptions {
  readonly once?: boolean;
  readonly json?: boolean;
}

/** Raised for the demo, so that it ends within a minute. Cin7 itself grants 60. */
const ALLOWANCE = { calls: 60_000, windowMs: 60_000 };

/** `ml-connector demo`: both simulators with the sample company, and a first sync between them. */
export async function demo(options: DemoOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  const say = (text = ''): void => {
    if (options.json !== true) printLine(text);
  };
  const sample = await loadSampleCompany();
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-demo-'));
  const jde = await startJdeSimulator({ tables: sample.tables });
  const cin7 = await startCin7Simulator({ company: sample.company, allowance: ALLOWANCE });
  try {
    const configPath = writeConfig(folder, jde, cin7);
    writeFileSync(
      join(folder, 'crosswalk.csv'),
      toCsv([...sample.crosswalk], { header: true, columns: ['kind', 'code', 'target'] }),
    );
    say(
      'The sample company: purchasing of HIV medicines and test kits, made from public USAID delivery records.',
    );
    say(`  JDE simulator   ${jde.url} (AIS)`);
    say(
      `  Cin7 simulator  ${cin7.url}, with ${ALLOWANCE.calls.toLocaleString('en')} calls a minute instead of the 60 of Cin7, so that you need not wait`,
    );
    say(`  configuration   ${configPath}\n`);

    const code = await firstSync(configPath, sample.crosswalk, options, stop.signal);
    if (options.once === true || stop.signal.aborted) return code;
    const served = await serveConsole(configPath);
    say(`\nThe console: ${served.url} — sign in as ${served.name} with the password ${served.password}`);
    say('\nBoth simulators stay up. In another terminal, for example:');
    say(`  npx ml-connector plan --config ${configPath}`);
    say(`  npx ml-connector parked list --config ${configPath}`);
    say(`  npx ml-connector crosswalk set serviceProduct 8130 SVC-8110 --config ${configPath}`);
    say('Ctrl-C ends the demo and deletes its folder.');
    await new Promise<void>((done) => stop.signal.addEventListener('abort', () => done(), { once: true }));
    await served.close();
    return code;
  } finally {
    stop.dispose();
    await Promise.all([jde.stop(), cin7.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface DemoServer {
  /** For a browser on this machine. */
  readonly url: string;
  readonly name: string;
  readonly password: string;
  close(): Promise<void>;
}

/** Serves the store of the demo, with an admin whose password is new each time. */
async function serveConsole(configPath: string): Promise<DemoServer> {
  const loaded = loadConfig(configPath);
  const served = await serve({
    loaded,
    version: packageVersion(),
    env: process.env,
    surroundings: REAL_SURROUNDINGS,
    requester: localRequester('demo'),
    // The set-up token is for whoever starts a server; here the first admin is made right away.
    say: () => undefined,
    log: openLog({ ...loaded.config.log, level: 'error' }),
  });
  const name = 'demo';
  const password = randomBytes(9).toString('base64url');
  const here = { address: '127.0.0.1' };
  const { temporaryPassword } = await served.access.createUser(
    { name, role: 'admin' },
    localRequester('demo'),
  );
  const first = await served.access.signIn({ name, password: temporaryPassword }, here);
  if (first.kind === 'password_change_required')
    await served.access.submitNewPassword({ ticket: first.ticket, password }, here);
  // Browsers keep the cookie of a session on localhost; on an address of this machine some of them do not.
  const url = served.url.replace('127.0.0.1', 'localhost');
  return { url, name, password, close: () => served.close() };
}

async function firstSync(
  configPath: string,
  crosswalk: Parameters<typeof importCrosswalk>[2],
  options: DemoOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const loaded = loadConfig(configPath);
  const config = findConnectionConfig(loaded.config, undefined);
  // Whatever database the environment names, the demonstration leaves it alone.
  const database = await openStore(loaded, {});
  try {
    const requester = localRequester('demo');
    const connection = await openConnection({ loaded, config, database, requester });
    try {
      await importCrosswalk(database.db, connection.stored, crosswalk, requester);
      const progress = openProgress(options);
      const ending = await syncConnection(connection, {
        requester,
        signal,
        report: (step) => progress.report(step),
      });
      progress.end();
      if (options.json !== true) printLine();
      return await printRunEnding(ending, { db: database.db, connectionId: connection.stored.id }, options);
    } finally {
      await connection.close();
    }
  } finally {
    await database.close();
  }
}

/** Writes what a customer would: a configuration without credentials, and the credentials in files beside it. */
function writeConfig(folder: string, jde: JdeSimulator, cin7: Cin7Simulator): string {
  const secret = (name: string, value: string): { file: string } => {
    writeFileSync(join(folder, name), value, { mode: 0o600 });
    return { file: name };
  };
  const user = jde.users[0];
  const document = {
    version: 1,
    store: { sqlite: 'demo.db' },
    server: { port: 0 },
    connections: [
      {
        name: 'demo',
        jde: {
          url: jde.url,
          environment: 'JDV920',
          role: '*ALL',
          credentials: {
            user: secret('jde-user', user?.user ?? ''),
            password: secret('jde-password', user?.password ?? ''),
          },
        },
        cin7: {
          url: cin7.url,
          callsPerMinute: ALLOWANCE.calls,
          credentials: {
            accountId: secret('cin7-account-id', cin7.accountId),
            applicationKey: secret('cin7-application-key', cin7.applicationKey),
          },
        },
        // Both are on this machine, which is refused to every other connection.
        outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
      },
    ],
  };
  const path = join(folder, 'ml-connector.yaml');
  writeFileSync(path, stringify(document));
  return path;
}
