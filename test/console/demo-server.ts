/**
 * A server to look at: both simulators with the sample company, two weeks of syncs behind it, an admin to sign in as.
 *
 *   node test/console/demo-server.ts [--port 8420] [--empty] [--pace 60]
 *
 * --empty: no connection yet. --pace: calls a minute that Cin7 allows at the end, so that runs last; 60 is that of Cin7.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { REAL_SURROUNDINGS, type Surroundings } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { type Served, serve } from '../../src/serve.ts';
import { createSchedule } from '../../src/service/schedules.ts';
import { startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { loadSampleCompany } from '../../src/simulators/dataset/index.ts';
import { startJdeSimulator } from '../../src/simulators/jde/index.ts';
import type { RunKind } from '../../src/store/runs.ts';

const PERSON = { name: 'anna', password: 'violet tractor under the moon' };
const HERE = { address: '127.0.0.1', agent: 'demo' };
const MAKER = { actor: 'demo', origin: 'demo' };
const DAY_MS = 86_400_000;
const DAYS = 14;

const { values: args } = parseArgs({
  options: {
    port: { type: 'string', default: '8420' },
    empty: { type: 'boolean', default: false },
    pace: { type: 'string', default: '60000' },
  },
});

const sample = await loadSampleCompany();
/** Orders that people enter day by day after the first load. */
const later = heldBack();
const jde = await startJdeSimulator({
  tables: { ...sample.tables, F4301: later.before.F4301, F4311: later.before.F4311 },
});
const cin7 = await startCin7Simulator({
  company: sample.company,
  allowance: { calls: 60_000, windowMs: 60_000 },
});
const folder = mkdtempSync(join(tmpdir(), 'ml-connector-console-'));
let offsetMs = args.empty ? 0 : DAYS * DAY_MS;
const surroundings: Surroundings = { ...REAL_SURROUNDINGS, now: () => Date.now() - offsetMs };
const served = await start(Number(args.port));

const { access } = served;
const { temporaryPassword } = await access.createUser({ name: PERSON.name, role: 'admin' }, MAKER);
const first = await access.signIn({ name: PERSON.name, password: temporaryPassword }, HERE);
if (first.kind === 'password_change_required')
  await access.submitNewPassword({ ticket: first.ticket, password: PERSON.password }, HERE);
if (!args.empty) await liveThrough();
process.stdout.write(`${served.url} — sign in as ${PERSON.name} with "${PERSON.password}"\n`);
process.stdout.write(
  `JDE simulator ${jde.url}, user ${jde.users[0]?.user}, password ${jde.users[0]?.password}\n`,
);
process.stdout.write(`Cin7 simulator ${cin7.url}, account ${cin7.accountId}, key ${cin7.applicationKey}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

async function start(port: number): Promise<Served> {
  const path = join(folder, 'ml-connector.yaml');
  const connection = {
    name: 'main',
    outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
    jde: { url: jde.url, environment: 'JDV920', role: '*ALL' },
    cin7: { url: cin7.url, callsPerMinute: 60_000, listLagSeconds: 0 },
  };
  writeFileSync(
    path,
    stringify({
      version: 1,
      store: { sqlite: 'data/store.db' },
      connections: args.empty ? [] : [connection],
      server: { port },
      log: { level: 'warn' },
    }),
  );
  return serve({
    loaded: loadConfig(path),
    version: 'demo',
    env: {
      ...process.env,
      ML_CONNECTOR_MAIN_JDE_USER: jde.users[0]?.user,
      ML_CONNECTOR_MAIN_JDE_PASSWORD: jde.users[0]?.password,
      ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: cin7.accountId,
      ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: cin7.applicationKey,
    },
    surroundings,
    requester: MAKER,
    say: (sentence) => process.stdout.write(`${sentence}\n`),
  });
}

/** Two weeks in a minute: a first load, then some changes every day, and a plan and a reconcile at the end. */
async function liveThrough(): Promise<void> {
  const { db } = served.database;
  const connection = await served.engine.connections.find('main');
  await importCrosswalk(db, connection, sample.crosswalk, MAKER);
  await run('sync');
  for (; offsetMs >= 0; offsetMs -= DAY_MS) {
    changeSome(offsetMs / DAY_MS);
    await run('sync');
  }
  offsetMs = 0;
  changeInCin7();
  await run('reconcile');
  changeSome(20);
  await run('plan');
  const schedule = { flows: [], cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin', everySeconds: null };
  const act = { db, connection, requester: MAKER, nowMs: Date.now() };
  await createSchedule(act, { kind: 'sync', enabled: true, ...schedule });
  if (Number(args.pace) < 60_000)
    cin7.addFault({ on: {}, do: { kind: 'slow', ms: 60_000 / Number(args.pace) } });
}

function heldBack() {
  const { F4301: headers, F4311: lines } = sample.tables;
  const isLater = ({ DOCO }: (typeof headers)[number]): boolean => Number(DOCO) % 4 === 0;
  return {
    before: {
      F4301: headers.filter((row) => !isLater(row)),
      F4311: lines.filter((row) => !isLater(row)),
    },
    orders: headers.filter(isLater),
    lines: Map.groupBy(lines.filter(isLater), ({ DOCO }) => DOCO),
  };
}

/** What a reconcile is there to find. */
function changeInCin7(): void {
  const [first, second, third] = cin7.suppliers().map(({ ID }) => String(ID));
  cin7.editSupplier(first ?? '', { TaxNumber: 'typed by hand' });
  cin7.editSupplier(second ?? '', { Comments: '' });
  cin7.removeSupplier(third ?? '');
  const [draft] = cin7.purchases().map(({ ID }) => String(ID));
  cin7.voidPurchase(draft ?? '');
}

/** Enters some orders and tax numbers, as people in JDE do. */
function changeSome(seed: number): void {
  for (const order of later.orders.splice(0, 5 + ((seed * 17) % 30))) {
    jde.upsert('F4301', order);
    for (const line of later.lines.get(order['DOCO']) ?? []) jde.upsert('F4311', line);
  }
  const suppliers = sample.tables['F0101'] ?? [];
  for (let count = 0; count < (seed * 7) % 9; count += 1) {
    const row = suppliers[(seed * 13 + count * 5) % suppliers.length];
    if (row === undefined) continue;
    jde.upsert('F0101', { ...row, TAX: `DE${100_000_000 + seed * 1_000 + count}` });
  }
}

async function run(kind: RunKind): Promise<void> {
  const connection = await served.engine.connections.find('main');
  const started = await served.engine.runs.start({
    connection,
    kind,
    trigger: 'person',
    wish: {},
    requester: { actor: 'user:anna', origin: HERE.address },
  });
  for (;;) {
    const { state, faultText } = await served.engine.runs.find(started.id);
    if (state === 'failed') process.stdout.write(`${kind} failed: ${faultText}\n`);
    if (state !== 'queued' && state !== 'running') return;
    await surroundings.sleep(50);
  }
}

async function stop(): Promise<void> {
  await served.close();
  await Promise.all([jde.stop(), cin7.stop()]);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
