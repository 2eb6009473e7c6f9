import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../faults/fault.ts';
import { OutboundGuard, type OutboundTerms } from './outbound-guard.ts';

const found = (...addresses: readonly string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

function guard(terms: Partial<OutboundTerms> & { readonly resolvesTo?: readonly string[] } = {}) {
  const { resolvesTo = [], ...rest } = terms;
  return new OutboundGuard({
    url: 'https://ais.example.com:9300',
    setting: 'jde.url',
    allowPrivate: true,
    allowHosts: [],
    resolve: async () => found(...resolvesTo),
    ...rest,
  });
}

async function outcome(of: OutboundGuard): Promise<string> {
  try {
    return (await of.resolve(of.hostname)).map((each) => each.address).join(' ');
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

const refused = 'outbound.address_refused';
const NEVER = ['0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255'];
const BY_ADDRESS_ONLY = ['169.254.169.254', '169.254.1.1', 'fe80::1', 'fd00:ec2::254', '100.100.100.200'];
const BY_NAME = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::1', '198.18.0.1'];

describe('a name that resolves', () => {
  test.each(['8.8.8.8', '2606:4700::1111'])('to the public address %s may be called', async (address) => {
    expect(await outcome(guard({ resolvesTo: [address] }))).toBe(address);
    expect(await outcome(guard({ resolvesTo: [address], allowPrivate: false }))).toBe(address);
  });

  test.each(['10.1.2.3', '172.16.0.9', '192.168.0.9', '100.64.0.9', 'fd12::9', '::ffff:10.1.2.3'])(
    'to the private address %s may be called where the service may be private',
    async (address) => {
      expect(await outcome(guard({ resolvesTo: [address] }))).toBe(address);
      expect(await outcome(guard({ resolvesTo: [address], allowPrivate: false }))).toBe(refused);
      const allowHosts = ['ais.example.com:9300'];
      expect(await outcome(guard({ resolvesTo: [address], allowPrivate: false, allowHosts }))).toBe(address);
    },
  );

  test.each(BY_NAME)('to %s is refused, unless its name is allowed', async (address) => {
    expect(await outcome(guard({ resolvesTo: [address] }))).toBe(refused);
    expect(await outcome(guard({ resolvesTo: [address], allowHosts: ['AIS.example.com.:9300'] }))).toBe(
      address,
    );
  });

  test.each(BY_ADDRESS_ONLY)('to %s is refused, unless the address itself is allowed', async (address) => {
    const entry = address.includes(':') ? `[${address}]:9300` : `${address}:9300`;
    expect(await outcome(guard({ resolvesTo: [address] }))).toBe(refused);
    expect(await outcome(guard({ resolvesTo: [address], allowHosts: ['ais.example.com:9300'] }))).toBe(
      refused,
    );
    expect(await outcome(guard({ resolvesTo: [address], allowHosts: [entry] }))).toBe(address);
  });

  test.each(NEVER)('to %s is refused whatever is allowed', async (address) => {
    const entry = address.includes(':') ? `[${address}]:9300` : `${address}:9300`;
    const allowHosts = ['ais.example.com:9300', entry];
    expect(await outcome(guard({ resolvesTo: [address], allowHosts }))).toBe(refused);
  });

  test('to several addresses is refused for the sake of one', async () => {
    expect(await outcome(guard({ resolvesTo: ['10.0.0.1', '10.0.0.2'] }))).toBe('10.0.0.1 10.0.0.2');
    expect(await outcome(guard({ resolvesTo: ['8.8.8.8', '2606:4700::1111', '127.0.0.1'] }))).toBe(refused);
  });

  test('to nothing is a name that is not known', async () => {
    await expect(guard().resolve('ais.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('is allowed at its own port alone', async () => {
    for (const entry of ['ais.example.com:443', 'example.com:9300', 'evil-ais.example.com:9300'])
      expect(await outcome(guard({ resolvesTo: ['127.0.0.1'], allowHosts: [entry] }))).toBe(refused);
  });
});

describe('an address in the URL', () => {
  test.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://127.0.0.1.',
    'https://127。0。0。1',
    'https://%31%32%37.0.0.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[64:ff9b::127.0.0.1]',
    'https://[2002:7f00:1::]',
    'https://0.0.0.0',
    'https://0',
    'https://169.254.169.254',
    'https://2852039166',
    'https://0xa9fea9fe',
    'https://[::ffff:a9fe:a9fe]',
    'https://[fe80::1]',
    'https://[fd00:ec2::254]',
  ])('is refused however it is spelled: %s', async (url) => {
    expect(await outcome(guard({ url }))).toBe(refused);
  });

  test.each([
    ['https://localhost', ['127.0.0.1']],
    ['https://LOCALHOST.', ['::1']],
    ['https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', ['::1', '127.0.0.1']],
    ['https://metadata.google.internal', ['169.254.169.254']],
  ])('is refused behind the name %s', async (url, resolvesTo) => {
    expect(await outcome(guard({ url, resolvesTo }))).toBe(refused);
  });

  test('may be allowed like a name', async () => {
    expect(await outcome(guard({ url: 'http://127.1:8080', allowHosts: ['127.0.0.1:8080'] }))).toBe(
      '127.0.0.1',
    );
    expect(await outcome(guard({ url: 'https://169.254.3.4', allowHosts: ['169.254.3.4:443'] }))).toBe(
      '169.254.3.4',
    );
  });
});

describe('plain http', () => {
  const url = 'http://ais.example.com:9300';

  test('goes to private addresses, not through the internet', async () => {
    expect(await outcome(guard({ url, resolvesTo: ['10.0.0.1'] }))).toBe('10.0.0.1');
    expect(await outcome(guard({ url, resolvesTo: ['8.8.8.8'] }))).toBe('outbound.encryption_required');
    expect(await outcome(guard({ url, resolvesTo: ['8.8.8.8'], allowHosts: ['ais.example.com:9300'] }))).toBe(
      '8.8.8.8',
    );
  });

  test('goes nowhere for a service in the internet, but where it is allowed', async () => {
    const cin7 = { url, allowPrivate: false };
    expect(await outcome(guard({ ...cin7, resolvesTo: ['10.0.0.1'] }))).toBe(refused);
    expect(await outcome(guard({ ...cin7, resolvesTo: ['8.8.8.8'] }))).toBe('outbound.encryption_required');
    const allowHosts = ['ais.example.com:9300'];
    expect(await outcome(guard({ ...cin7, allowHosts, resolvesTo: ['10.0.0.1'] }))).toBe('10.0.0.1');
  });
});

describe('the words of a refusal', () => {
  const words = (of: OutboundGuard): Promise<unknown> =>
    of.resolve(of.hostname).catch((error: unknown) => (error instanceof Fault ? error.message : error));

  test('name setting, host, address and the entry to add', async () => {
    expect(await words(guard({ resolvesTo: ['127.0.0.1'] }))).toBe(
      'The host ais.example.com of jde.url resolves to 127.0.0.1, this machine itself, and is not called. If it is right, add "ais.example.com:9300" to outbound.allowHosts',
    );
    expect(await words(guard({ url: 'https://[fe80::1]' }))).toBe(
      'The host of jde.url is fe80::1, a link-local address, and is not called. If it is right, add "[fe80::1]:443" to outbound.allowHosts',
    );
  });

  test('tell where nothing helps', async () => {
    expect(await words(guard({ resolvesTo: ['0.0.0.0'] }))).toContain('No setting allows it');
  });

  test('name an entry that works', async () => {
    for (const address of [...BY_NAME, ...BY_ADDRESS_ONLY]) {
      const message = String(await words(guard({ resolvesTo: [address] })));
      const entry = /add "(.+)"/.exec(message)?.[1] ?? '';
      expect(await outcome(guard({ resolvesTo: [address], allowHosts: [entry] }))).toBe(address);
    }
  });
});

describe('the origin of a call', () => {
  test('is that of the service, in any spelling', () => {
    for (const origin of ['https://ais.example.com:9300', 'https://AIS.EXAMPLE.com:9300/'])
      expect(() => guard().checkOrigin(origin)).not.toThrow();
  });

  test.each([
    'http://ais.example.com:9300',
    'https://ais.example.com',
    'https://ais.example.com:9301',
    'https://ais.example.com.evil.example:9300',
    'https://ais.example.com:9300@evil.example',
    'https://evil.example:9300',
    'nonsense',
    '',
  ])('is refused when it is %s', (origin) => {
    expect(() => guard().checkOrigin(origin)).toThrow(
      expect.objectContaining({ code: 'outbound.host_refused', field: 'jde.url' }),
    );
  });
});
