import { describe, expect, test } from 'vitest';
import type { CheckStep } from '../connector.ts';
import { never, openBench, smallCompany } from './cin7.testkit.ts';
import type { Cin7Target } from './target.ts';

async function check(target: Cin7Target): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  for await (const step of target.check(never)) steps.push(step);
  return steps;
}
const named = (steps: readonly CheckStep[], name: string): CheckStep | undefined =>
  steps.find((step) => step.name === name);
const states = (steps: readonly CheckStep[]): Record<string, string> =>
  Object.fromEntries(steps.map((step) => [step.name, step.state]));

describe('the connection test', () => {
  test('passes step by step and says what it found', async () => {
    const { target, cin7 } = await openBench();
    const steps = await check(target);
    expect(states(steps)).toEqual({
      'cin7.host': 'passed',
      'cin7.tcp': 'passed',
      'cin7.tls': 'skipped',
      'cin7.key': 'passed',
      'cin7.book.accounts': 'passed',
      'cin7.book.paymentTerms': 'passed',
      'cin7.book.taxRules': 'passed',
      'cin7.book.locations': 'passed',
      'cin7.book.units': 'passed',
      'cin7.book.products': 'passed',
      'cin7.payablesAccount': 'passed',
      'cin7.allowance': 'passed',
    });
    expect(named(steps, 'cin7.key')?.detail).toBe('Sample Books, currency USD, time zone UTC, no lock date');
    expect(named(steps, 'cin7.book.paymentTerms')?.detail).toBe('2 payment terms, 1 of them active');
    expect(named(steps, 'cin7.payablesAccount')?.detail).toBe('800 Accounts Payable');
    expect(named(steps, 'cin7.allowance')?.detail).toBe('53 of 60 calls a minute are free now');
    expect(cin7.callCount).toBe(7);
    expect(cin7.writes).toBe(0);
  });

  test('ends at a host name that does not exist', async () => {
    const { target } = await openBench({ settings: { url: 'https://nowhere.invalid/ExternalApi/v2' } });
    const steps = await check(target);
    expect(steps.map((step) => step.state)).toEqual([
      'failed',
      ...Array.from({ length: 11 }, () => 'skipped'),
    ]);
    expect(named(steps, 'cin7.host')).toMatchObject({
      code: 'cin7.unreachable',
      fix: expect.stringContaining('cin7.url'),
    });
  });

  test('ends at a port that nobody listens on', async () => {
    const { target, cin7 } = await openBench();
    await cin7.stop();
    const steps = await check(target);
    expect(states(steps)).toMatchObject({
      'cin7.host': 'passed',
      'cin7.tcp': 'failed',
      'cin7.key': 'skipped',
    });
  });

  test('names an address that is not called, and the entry that would allow it', async () => {
    const { target, cin7 } = await openBench({ allowHosts: [] });
    const steps = await check(target);
    expect(named(steps, 'cin7.host')).toMatchObject({
      state: 'failed',
      code: 'outbound.address_refused',
      detail: expect.stringContaining(`add "${new URL(cin7.url).host}" to outbound.allowHosts`),
      fix: expect.stringContaining('outbound.allowHosts'),
    });
    expect(states(steps)).toMatchObject({ 'cin7.tcp': 'skipped', 'cin7.key': 'skipped' });
    expect(cin7.callCount).toBe(0);
  });

  test('ends at a server that speaks no TLS', async () => {
    const bench = await openBench();
    const { target } = await openBench({ settings: { url: bench.cin7.url.replace('http:', 'https:') } });
    expect(states(await check(target))).toMatchObject({
      'cin7.tcp': 'passed',
      'cin7.tls': 'failed',
      'cin7.key': 'skipped',
    });
  });

  test('says where the key is found when it is refused', async () => {
    const { target } = await openBench({
      credentials: { applicationKey: 'bbbbbbbb-0000-4000-8000-000000000000' },
    });
    const steps = await check(target);
    expect(named(steps, 'cin7.key')).toMatchObject({
      state: 'failed',
      code: 'cin7.credentials_refused',
      fix: expect.stringContaining('Integrations > API'),
    });
    expect(JSON.stringify(steps)).not.toContain('bbbbbbbb-0000');
    expect(named(steps, 'cin7.allowance')?.state).toBe('skipped');
  });

  test.each(['429', '503', '400'] as const)('tells a rate refusal at once (%s)', async (form) => {
    const { target, clock, cin7 } = await openBench({
      faults: [{ on: { path: '/me' }, do: { kind: 'rateLimit', form } }],
    });
    const startedAt = clock.now();
    const steps = await check(target);
    expect(named(steps, 'cin7.key')).toMatchObject({ state: 'failed', code: 'cin7.rate_limited' });
    expect(named(steps, 'cin7.key')?.fix).toMatch(/^Try again in (60|30) s/);
    expect(clock.now()).toBe(startedAt);
    expect(cin7.callCount).toBe(1);
  });

  test('a book that cannot be read fails alone', async () => {
    const { target } = await openBench({
      faults: [{ on: { path: '/ref/tax' }, do: { kind: 'errorIn200' } }],
    });
    const steps = await check(target);
    expect(states(steps)).toMatchObject({ 'cin7.book.taxRules': 'failed', 'cin7.book.products': 'passed' });
  });

  test('warns when there is no payables account and no active payment term', async () => {
    const company = {
      ...smallCompany,
      accounts: smallCompany.accounts.filter((account) => account.Code !== '800'),
      paymentTerms: [{ Name: 'Cash', Duration: 0, IsActive: false }],
    };
    const { target } = await openBench({ company });
    const steps = await check(target);
    expect(states(steps)).toMatchObject({
      'cin7.payablesAccount': 'warning',
      'cin7.book.paymentTerms': 'warning',
    });
  });
});
