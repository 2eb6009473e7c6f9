import { describe, expect, test } from 'vitest';
import { maskDeep, maskText } from './mask.ts';

const RULES = { personalData: false };
const text = (value: string): string => maskText(value, RULES);

describe('a text', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl';
  const jwe = `eyJhbGciOiJkaXIifQ..aXY.${'Y2lwaGVy'.repeat(9)}.dGFn`;
  test.each([
    ['an authorization header', 'got Authorization: Bearer abc.def-123', 'got Authorization: Bearer ***'],
    ['basic credentials', 'Basic dXNlcjpwYXNz was refused', 'Basic *** was refused'],
    ['a signed token', `token ${jwt}.`, 'token ***'],
    ['a sealed token', `sealed ${jwe} end`, 'sealed *** end'],
    ['a token of the API', 'used mlc_1a2B3c4D5e6F7g8H', 'used mlc_***'],
    ['a signing secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_***'],
    ['a password in an address', 'postgres://ml:s3cret@db/ml', 'postgres://***@db/ml'],
    [
      'the address of a chat webhook',
      'POST https://hooks.slack.com/services/T0/B0/x1',
      'POST https://hooks.slack.com/***',
    ],
    ['a secret in a query', '/next?token=abc&page=2&sig=x', '/next?token=***&page=2&sig=***'],
    ['an AIS token', `token 044${'kx9A'.repeat(12)}== refused`, 'token *** refused'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '***'],
    ['an e-mail address', 'sent to anna.berg@example.com now', 'sent to ***@example.com now'],
    ['an IBAN', 'paid to DE89370400440532013000 today', 'paid to *** today'],
    ['an IBAN in groups', 'paid to GB29 NWBK 6016 1331 9268 19.', 'paid to ***.'],
    ['an account number', 'account 1234567890 of 026009593', 'account *** of ***'],
  ])('is shown without %s', (_, raw, shown) => {
    expect(text(raw)).toBe(shown);
  });

  test.each([
    'PUT /supplier for 4343 failed: HTTP 400',
    'order 00001-OP-1001-000, line 2.000, GL 30.1411',
    'run 0f8fad5b-d9cb-469f-a165-70867728950e ended at 2027-01-15T08:00:00.000Z',
    '192.168.100.200:8443 did not answer within 15000 ms',
    'Total 1234567.89 differs from 1234567.88',
    'Basic settings were changed by Anna',
  ])('that holds no secret stays as it is: %s', (raw) => {
    expect(text(raw)).toBe(raw);
  });

  test('keeps data of people where that is wanted, and never secrets', () => {
    const raw = 'anna@example.com used Bearer abcdef';
    expect(maskText(raw, { personalData: true })).toBe('anna@example.com used Bearer ***');
  });

  test('of any length takes a moment', () => {
    const startedMs = performance.now();
    for (const part of ['a', '1 ', 'A1', 'eyJ.', '://a', 'x@']) text(part.repeat(200_000));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

describe('an object', () => {
  test('is shown without secrets at any depth, whatever their names are made of', () => {
    const secrets = {
      password: 'x1',
      applicationKey: 'x2',
      'api-auth-applicationkey': 'x3',
      accountId: 'x4',
      a: [{ b: { headers: { authorization: 'x5', 'jde-AIS-Auth': 'x6', 'set-cookie': ['x7'] } } }],
      accessToken: 'x8',
      client_secret: 'x9',
      totp: 123_456,
      masterKey: Buffer.from('x10'),
      credentials: { user: 'x11' },
      new: new Map([['sessionId', 'x12']]),
    };
    expect(JSON.stringify(maskDeep(secrets, RULES))).not.toMatch(/x\d|123456/);
  });

  test('keeps what only sounds like a secret', () => {
    const members = {
      recordKey: '4343',
      keyHash: 'ab12',
      tokens: undefined,
      passed: true,
      hasPassword: true,
      stages: 3,
    };
    expect(maskDeep(members, RULES)).toEqual(members);
  });

  test('that is an error is shown with its cause and its own members', () => {
    const cause = Object.assign(new Error('Basic dXNlcjpwYXNz'), {
      headers: { cookie: 'c1' },
      code: 'EFAIL',
    });
    const shown = maskDeep(new Error('failed', { cause }), RULES);
    expect(shown).toMatchObject({
      type: 'Error',
      message: 'failed',
      cause: { message: 'Basic ***', code: 'EFAIL', headers: { cookie: '***' } },
    });
    expect(JSON.stringify(shown)).not.toMatch(/dXNlcjpwYXNz|c1/);
  });

  test('of any shape is bounded', () => {
    const loop: Record<string, unknown> = { list: Array.from({ length: 500 }, (_, index) => index) };
    loop['self'] = loop;
    let deep: unknown = 'end';
    for (let level = 0; level < 50; level++) deep = { deep };
    const shown = JSON.stringify(maskDeep({ loop, deep, big: 10n, bytes: Buffer.alloc(5) }, RULES));
    expect(shown.length).toBeLessThan(1_000);
    expect(shown).toContain('(cycle)');
    expect(shown).toContain('(deeper)');
    expect(shown).toContain('(400 more)');
    expect(shown).toContain('(5 bytes)');
  });
});
