import { expect, test } from 'vitest';
import { type AddressKind, addressKind } from './address-kind.ts';

const KINDS: Readonly<Record<AddressKind, readonly string[]>> = {
  public: ['8.8.8.8', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '2606:4700::1111'],
  private: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    'fc00::1',
    'fd12:3456::1',
  ],
  local: ['127.0.0.1', '127.255.255.254', '::1'],
  linkLocal: ['169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%eth0'],
  metadata: [
    '169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '192.0.0.192',
    '100.100.100.200',
    'fd00:ec2::254',
    'fd00:0ec2:0000::0254',
    'fd00:c1::a9fe:a9fe',
  ],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  special: [
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '240.0.0.1',
    '2001:db8::1',
    'fec0::1',
    '100::1',
    '4000::1',
    '64:ff9b:1::8.8.8.8',
  ],
};

const cases = Object.entries(KINDS).flatMap(([kind, addresses]) =>
  addresses.map((address) => [address, kind]),
);

test.each(cases)('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test.each([
  ['::ffff:127.0.0.1', 'local'],
  ['::ffff:7f00:1', 'local'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['::ffff:10.1.2.3', 'private'],
  ['::ffff:8.8.8.8', 'public'],
  ['64:ff9b::127.0.0.1', 'local'],
  ['64:ff9b::a9fe:a9fe', 'metadata'],
  ['64:ff9b::8.8.8.8', 'public'],
])('%s, an IPv4 address in the clothes of IPv6, counts as what it is: %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test.each(['2002:7f00:1::1', '2002:808:808::1', '2001:0:7f00:1::1', '::127.0.0.1', '::ffff:0:127.0.0.1'])(
  '%s, of a tunnel of old, is never good for anything',
  (address) => {
    expect(['special', 'local']).toContain(addressKind(address));
    expect(addressKind(address)).not.toBe('public');
  },
);

test.each(['', 'localhost', '0177.0.0.1', '2130706433', '127.1', '0x7f.0.0.1', '1.2.3.4.5', '[::1]'])(
  'text that sockets do not take as an address (%j) is none',
  (text) => {
    expect(addressKind(text)).toBe('special');
  },
);
