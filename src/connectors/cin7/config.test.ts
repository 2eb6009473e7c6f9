import { describe, expect, test } from 'vitest';
import { cin7BudgetTerms, cin7Settings } from './config.ts';

describe('the settings', () => {
  test('are complete without any', () => {
    expect(cin7Settings.parse({})).toMatchObject({
      url: 'https://inventory.dearsystems.com/ExternalApi/v2',
      callsPerMinute: 60,
      callsReserved: 0,
      busyStatusIsRefusal: false,
      purchasePath: 'advanced-purchase',
    });
  });

  test.each([
    'https://cin7.example.com/v2',
    'http://127.0.0.1:8080/ExternalApi/v2',
    'http://cin7-simulator:80',
    'http://[::1]:1/',
  ])('take %s as an address', (url) => {
    expect(cin7Settings.parse({ url }).url).toBe(url.replace(/\/$/, ''));
  });

  test.each([
    'http://inventory.dearsystems.com/ExternalApi/v2',
    'ftp://x',
    'nonsense',
    'https://a/b?c=d',
    'https://me:pw@a/b',
  ])('refuse %s as an address', (url) => {
    expect(cin7Settings.safeParse({ url }).success).toBe(false);
  });

  test('refuse a name that does not exist', () => {
    expect(cin7Settings.safeParse({ callPerMinute: 60 }).success).toBe(false);
  });

  test('each says in words what it is for', () => {
    const silent = Object.entries(cin7Settings.shape).filter(
      ([, schema]) => !/^[A-Z].{20,}\.$/s.test(schema.description ?? ''),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test('the budget leaves the reserved calls to others', () => {
    const settings = cin7Settings.parse({ callsReserved: 15 });
    const terms = cin7BudgetTerms(settings, { accountId: 'a', applicationKey: 'b' });
    expect(terms).toMatchObject({ limit: 45, callTimeoutMs: 60_000 });
  });
});
