import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What an address is good for. `public` and `private` are places where a service of a customer may be; `local` is this machine;
 * `metadata` is where cloud providers hand out credentials of the machine to whoever asks from it; `special` is none of these.
 */
export type AddressKind =
  | 'public'
  | 'private'
  | 'local'
  | 'linkLocal'
  | 'metadata'
  | 'unspecified'
  | 'multicast'
  | 'broadcast'
  | 'special';

/**
 * Sorts an address as a resolver or a normalised URL gives it. An IPv4 address inside an IPv6 one counts as itself where
 * networks of today use the form (mapped, NAT64); the tunnels of old (6to4, Teredo, IPv4-compatible) are `special`.
 *
 * @returns `special` for text that is no address.
 */
export function addressKind(text: string): AddressKind {
  // ipaddr.js also reads forms that the network functions do not, such as 0177.1.
  if (isIP(text) === 0) return 'special';
  const address = ipaddr.parse(text);
  if (METADATA.has(withoutZone(address))) return 'metadata';
  return address instanceof ipaddr.IPv6 ? kindOfSix(address) : kindOfFour(address);
}

function kindOfFour(address: ipaddr.IPv4): AddressKind {
  switch (address.range()) {
    case 'unicast':
      return 'public';
    case 'private':
    case 'carrierGradeNat':
      return 'private';
    case 'loopback':
      return 'local';
    case 'linkLocal':
      return 'linkLocal';
    case 'unspecified':
      return 'unspecified';
    case 'multicast':
      return 'multicast';
    case 'broadcast':
      return 'broadcast';
    default:
      return 'special';
  }
}

function kindOfSix(address: ipaddr.IPv6): AddressKind {
  const inner = embedded(address);
  if (inner !== undefined) return addressKind(inner);
  switch (address.range()) {
    case 'unicast':
      // Of the space outside 2000::/3 nothing is assigned to anybody; ::a.b.c.d lies there.
      return address.match(GLOBAL_UNICAST) ? 'public' : 'special';
    case 'uniqueLocal':
      return 'private';
    case 'loopback':
      return 'local';
    case 'linkLocal':
      return 'linkLocal';
    case 'unspecified':
      return 'unspecified';
    case 'multicast':
      return 'multicast';
    default:
      return 'special';
  }
}

/** The IPv4 address that an IPv6 one stands for on networks of today. */
function embedded(address: ipaddr.IPv6): string | undefined {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  return address.match(NAT64) ? address.toByteArray().slice(12).join('.') : undefined;
}

function withoutZone(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address.toString().replace(/%.*$/, '');
}

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Where clouds serve credentials of the machine besides 169.254.0.0/16. Sources: the providers' documentation of their metadata
 * services (AWS fd00:ec2::254 and ::23, Google fd20:ce::254, Oracle 192.0.0.192 and fd00:c1::a9fe:a9fe, Alibaba 100.100.100.200,
 * Azure 168.63.129.16).
 */
const METADATA: ReadonlySet<string> = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '168.63.129.16',
    '192.0.0.192',
    '100.100.100.200',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
  ].map((text) => ipaddr.parse(text).toString()),
);
