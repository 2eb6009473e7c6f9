import ipaddr from 'ipaddr.js';
import { addressKind } from '../connectors/http/address-kind.ts';

/** Where connections to the server come from. */
export interface Peers {
  /** This machine itself. */
  isLocal(address: string | undefined): boolean;
  /** A proxy that the configuration names; what it says of its callers is believed. */
  isTrusted(address: string | undefined): boolean;
}

/** @param trustedProxies addresses or ranges, as `server.trustedProxies` holds them. */
export function peersOf(trustedProxies: readonly string[]): Peers {
  const ranges = trustedProxies.map(rangeOf);
  return {
    isLocal: (address) => address !== undefined && addressKind(address) === 'local',
    isTrusted: (address) => {
      if (address === undefined || !ipaddr.isValid(address)) return false;
      // A socket that listens on both families tells IPv4 addresses in their IPv6 form.
      const peer = ipaddr.process(address);
      return ranges.some(([network, bits]) => network.kind() === peer.kind() && peer.match(network, bits));
    },
  };
}

function rangeOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
