import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CheckStep, Source } from '../connector.ts';
import { addresses, F0101, F4311, never, orderLines, startRig } from './jde.testkit.ts';

const checkTables = [F0101, F4311];
const tables = { F0101: addresses(3), F4311: orderLines(2, 2) };

async function steps(source: Source): Promise<CheckStep[]> {
  const all: CheckStep[] = [];
  for await (const step of source.check(never)) all.push(step);
  return all;
}

const states = (all: readonly CheckStep[]): Record<string, string> =>
  Object.fromEntries(all.map((step) => [step.name, step.state]));

/** The one failed step. */
function failed(all: readonly CheckStep[]): CheckStep | undefined {
  const found = all.filter((step) => step.state === 'failed');
  expect(found).toHaveLength(1);
  expect(found[0]?.fix).toBeTruthy();
  return found[0];
}

describe('the connection test', () => {
  test('passes step by step, and warns that http is not encrypted', async () => {
    const { source } = await startRig({ tables }, {}, { checkTables });
    const all = await steps(source);
    expect(states(all)).toEqual({
      'jde.name': 'passed',
      'jde.tcp': 'passed',
      'jde.address': 'passed',
      'jde.tls': 'warning',
      'jde.ais': 'passed',
      'jde.clock': 'passed',
      'jde.signIn': 'passed',
      'jde.environment': 'passed',
      'jde.dateFormat': 'passed',
      'jde.table.F0101': 'passed',
      'jde.table.F4311': 'passed',
      'jde.dateFilter': 'passed',
      'jde.order': 'passed',
      'jde.timeZone': 'passed',
    });
    expect(all.find((step) => step.name === 'jde.address')?.detail).toContain('127.0.0.1');
  });

  test('names a host that does not exist and skips the rest', async () => {
    const { source } = await startRig({}, { url: 'http://ais.invalid:9300' }, { checkTables });
    const all = await steps(source);
    expect(failed(all)).toMatchObject({ name: 'jde.name', code: 'jde.unreachable' });
    expect(all.filter((step) => step.state === 'skipped')).toHaveLength(all.length - 1);
  });

  test('names an address that is not called, and the entry that would allow it', async () => {
    const { source, sim } = await startRig({}, {}, { checkTables, allowHosts: [] });
    const all = await steps(source);
    expect(failed(all)).toMatchObject({
      name: 'jde.name',
      code: 'outbound.address_refused',
      detail: expect.stringContaining(`add "${new URL(sim.url).host}" to outbound.allowHosts`),
      fix: expect.stringContaining('outbound.allowHosts'),
    });
    expect(all.filter((step) => step.state === 'skipped')).toHaveLength(all.length - 1);
    expect(sim.calls).toHaveLength(0);
  });

  test('verifies the certificate of AIS against the authority of the company', async () => {
    const tls = resolve(import.meta.dirname, '../../../test/fixtures/tls');
    const pem = (name: string): string => readFileSync(`${tls}/${name}`, 'utf8');
    const server = createServer({ cert: pem('server.pem'), key: pem('server.key') }, (_, response) =>
      response.end('{"aisVersion":"EnterpriseOne 9.2.8","capabilityList":[]}'),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    // A TCP server that listens on a port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const stepsAt = async (host: string, certificateAuthority?: string): Promise<CheckStep[]> => {
      const here = {
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        ...(certificateAuthority !== undefined && { certificateAuthority }),
      };
      return steps((await startRig({}, { url: `https://${host}:${port}` }, here)).source);
    };
    const trusted = states(await stepsAt('ais.test', pem('ca.pem')));
    expect(trusted).toMatchObject({ 'jde.tls': 'passed', 'jde.ais': 'warning' });
    const unknown = failed(await stepsAt('ais.test'));
    expect(unknown).toMatchObject({ name: 'jde.tls', fix: expect.stringContaining('jde.caFile') });
    const misnamed = failed(await stepsAt('other.test', pem('ca.pem')));
    expect(misnamed).toMatchObject({ name: 'jde.tls', detail: expect.stringContaining('not made out to') });
  });

  test('names a port at which nothing listens', async () => {
    const { source, sim } = await startRig();
    await sim.stop();
    expect(failed(await steps(source))).toMatchObject({ name: 'jde.tcp', code: 'jde.unreachable' });
  });

  test('tells that a port speaks http only', async () => {
    const { sim } = await startRig();
    const { source } = await startRig({}, { url: sim.url.replace('http:', 'https:') });
    const step = failed(await steps(source));
    expect(step).toMatchObject({ name: 'jde.tls', code: 'jde.certificate_refused' });
    expect(step?.fix).toContain('http only');
  });

  test('tells that something else than AIS answers', async () => {
    const html = { kind: 'html', status: 200 } as const;
    const { source } = await startRig({ faults: [{ on: { service: 'defaultconfig' }, do: html }] });
    expect(failed(await steps(source))?.name).toBe('jde.ais');
  });

  test.each([
    ['a wrong password', { users: [{ user: 'JDE', password: 'x' }] }, 'jde.sign_in_refused'],
    [
      'a locked user',
      { users: [{ user: 'JDE', password: 'JDE', state: 'locked' as const }] },
      'jde.user_locked',
    ],
    ['no licence', { switches: { signIn: 'licenceRefused' as const } }, 'jde.licence_refused'],
    ['a host that is not allowed', { switches: { signIn: 'allowedHosts' as const } }, 'jde.host_not_allowed'],
    ['an unknown environment', { environments: ['X'] }, 'jde.environment_unknown'],
  ])('tells %s apart, with one attempt', async (_, options, code) => {
    const { source, sim } = await startRig({ tables, ...options }, {}, { checkTables });
    const step = failed(await steps(source));
    expect(step).toMatchObject({ name: 'jde.signIn', code });
    expect(sim.calls.filter((call) => call.service === 'tokenrequest')).toHaveLength(1);
    expect(step?.detail.includes('127.0.0.1')).toBe(code === 'jde.host_not_allowed');
  });

  test('names the table and the column that security hides, and warns of tables without rows', async () => {
    const users = [
      {
        user: 'JDE',
        password: 'JDE',
        hiddenColumns: ['F0101.TAX'],
        rowSecurity: { F4311: () => false },
      },
    ];
    const { source } = await startRig({ tables, users }, {}, { checkTables });
    const all = await steps(source);
    expect(failed(all)).toMatchObject({ name: 'jde.table.F0101', code: 'jde.column_missing' });
    expect(failed(all)?.detail).toContain('F0101_TAX');
    expect(states(all)).toMatchObject({ 'jde.table.F4311': 'warning', 'jde.dateFilter': 'warning' });
  });

  test('warns of values that data privacy masks', async () => {
    const users = [{ user: 'JDE', password: 'JDE', maskedColumns: ['F0101.TAX'] }];
    const { source } = await startRig({ tables, users }, {}, { checkTables });
    const step = (await steps(source)).find((each) => each.name === 'jde.table.F0101');
    expect(step).toMatchObject({ state: 'warning', code: 'jde.value_masked' });
  });

  test.each(['error', 'ignoredCondition', 'rolledOver'] as const)(
    'finds out that a date format is wrong when AIS answers with: %s',
    async (wrongDateLiteral) => {
      const options = { tables: { F0101: addresses(3) }, switches: { wrongDateLiteral } };
      const { source } = await startRig(
        options,
        { dateFormat: 'dd/MM/yyyy', retriesMax: 0 },
        { checkTables: [F0101] },
      );
      const all = await steps(source);
      expect(states(all)).toMatchObject({ 'jde.dateFormat': 'warning', 'jde.dateFilter': 'failed' });
    },
  );

  test('warns of a clock and of a zone that are off', async () => {
    const { source } = await startRig(
      { tables, switches: { utcOffsetMinutes: -420 } },
      {},
      { checkTables, now: () => Date.now() + 600_000 },
    );
    expect(states(await steps(source))).toMatchObject({ 'jde.clock': 'warning', 'jde.timeZone': 'warning' });
  });
});
