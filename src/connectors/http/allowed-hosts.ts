import { isIP } from 'node:net';

/** A host with its port as it stands in a URL, in the one spelling that names it: `ais.example.com:9300`, `[::1]:80`. */
export type HostAndPort = string & { readonly brand: 'HostAndPort' };

/**
 * Reads an entry of `outbound.allowHosts`.
 *
 * @returns `undefined` for anything but a host name or an address (IPv6 in brackets) with a port.
 */
export function parseHostAndPort(entry: string): HostAndPort | undefined {
  const [, host = '', port = ''] = /^([^/\\?#@\s]+):(\d{1,5})$/.exec(entry) ?? [];
  const url = URL.parse(`http://${host}:${port}`);
  if (url === null || Number(port) === 0) return undefined;
  // URLs know more letters in names, among them *, which would look like a pattern and be none.
  return /^([\w.-]+|\[[\da-f:]+\])$/.test(url.hostname) ? hostAndPortOf(url) : undefined;
}

/** Host and port of a URL; the port is named also where it goes without saying. */
export function hostAndPortOf(url: URL): HostAndPort {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.hostname.replace(/\.$/, '')}:${port}` as HostAndPort; // The only place that makes the one spelling.
}

/** The same for an address that a name was resolved to. A zone (`%eth0`) is left out: URLs have none. */
export function addressAndPort(address: string, port: number): HostAndPort {
  const bare = address.replace(/%.*$/, '');
  return hostAndPortOf(new URL(`http://${isIP(bare) === 6 ? `[${bare}]` : bare}:${port}`));
}
