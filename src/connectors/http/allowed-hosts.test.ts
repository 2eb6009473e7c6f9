import { expect, test } from 'vitest';
import { addressAndPort, hostAndPortOf, parseHostAndPort } from './allowed-hosts.ts';

test.each([
  ['ais.example.com:9300', 'ais.example.com:9300'],
  ['AIS.Example.com.:9300', 'ais.example.com:9300'],
  ['bücher.example:80', 'xn--bcher-kva.example:80'],
  ['127.0.0.1:80', '127.0.0.1:80'],
  ['2130706433:443', '127.0.0.1:443'],
  ['[::1]:8080', '[::1]:8080'],
  ['[0:0:0:0:0:0:0:1]:8080', '[::1]:8080'],
])('the entry %s is read as %s', (entry, expected) => {
  expect(parseHostAndPort(entry)).toBe(expected);
});

test.each([
  '',
  'ais.example.com',
  ':80',
  'ais:0',
  'ais:99999',
  'ais:80/path',
  'http://ais:80',
  'me@ais:80',
  'a b:80',
  '::1:80',
  '*:80',
  '*',
])('%j is no host with a port', (entry) => {
  expect(parseHostAndPort(entry)).toBeUndefined();
});

test('a URL names its port also where it goes without saying', () => {
  expect(hostAndPortOf(new URL('https://ais.example.com/x'))).toBe('ais.example.com:443');
  expect(hostAndPortOf(new URL('http://ais.example.com'))).toBe('ais.example.com:80');
  expect(hostAndPortOf(new URL('https://ais.example.com:80'))).toBe('ais.example.com:80');
});

test('an address is spelled as in a URL', () => {
  expect(addressAndPort('0:0::1', 80)).toBe('[::1]:80');
  expect(addressAndPort('fe80::1%eth0', 9300)).toBe('[fe80::1]:9300');
  expect(addressAndPort('10.0.0.1', 9300)).toBe('10.0.0.1:9300');
});
