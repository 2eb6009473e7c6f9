import { type LookupAddress, lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify, promisify } from 'node:util';
import { Fault } from '../../faults/fault.ts';
import { type AddressKind, addressKind } from './address-kind.ts';
import { addressAndPort, type HostAndPort, hostAndPortOf, parseHostAndPort } from './allowed-hosts.ts';

/** All addresses of a host name. Rejects with an error that has a `code`, such as ENOTFOUND. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface OutboundTerms {
  /** The one service that may be called. Its scheme, host and port count. */
  readonly url: string;
  /** Name of the setting that holds the URL, for messages: `jde.url`. */
  readonly setting: string;
  /** Whether the service may be in the private network, and be called there by plain HTTP. */
  readonly allowPrivate: boolean;
  /** Entries `host:port` that an administrator has allowed on top. */
  readonly allowHosts: readonly string[];
  /** Name of the setting that holds those entries, for messages. Default: `outbound.allowHosts`. */
  readonly allowSetting?: string;
  /** Default: the resolver of the system. */
  readonly resolve?: Resolve;
}

/**
 * Decides which addresses a connection may call: those of its own service, and among them none at which a service of the
 * customer cannot be. Every address that the name resolves to must pass.
 *
 * - An entry with the host of the URL lets the service be on this machine, in the private network or be called by plain HTTP.
 * - Link-local and metadata addresses need an entry with the address itself: a name could be made to point there by others.
 * - Unspecified, multicast and broadcast addresses are never called.
 */
export class OutboundGuard {
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly #terms: OutboundTerms;
  readonly #entry: HostAndPort;
  readonly #allowed: ReadonlySet<string>;
  readonly #resolve: Resolve;

  constructor(terms: OutboundTerms) {
    const url = new URL(terms.url);
    this.origin = url.origin;
    this.hostname = bare(url.hostname);
    this.isTls = url.protocol === 'https:';
    this.#entry = hostAndPortOf(url);
    this.port = Number(this.#entry.slice(this.#entry.lastIndexOf(':') + 1));
    this.#terms = terms;
    this.#allowed = new Set(terms.allowHosts.map((entry) => parseHostAndPort(entry) ?? entry));
    this.#resolve = terms.resolve ?? resolveBySystem;
  }

  /** @throws Fault `outbound.host_refused` for any other scheme, host or port than those of the service. */
  checkOrigin(origin: string): void {
    if (origin === this.origin || URL.parse(origin)?.origin === this.origin) return;
    throw new Fault(
      'outbound.host_refused',
      `A call to ${URL.parse(origin)?.origin ?? 'something that is no address'} was held back: this connection calls ${this.origin} and nothing else`,
      { field: this.#terms.setting },
    );
  }

  /**
   * The addresses of a host name, resolved once and each of them checked.
   *
   * @throws Fault `outbound.address_refused`, `outbound.encryption_required`; the resolver's error when the name is not known.
   */
  async resolve(hostname: string): Promise<readonly LookupAddress[]> {
    const family = isIP(hostname);
    const found = family === 0 ? await this.#resolve(hostname) : [{ address: hostname, family }];
    if (found.length === 0) throw notFound(hostname);
    for (const { address } of found) this.checkAddress(address);
    return found;
  }

  /** The same in the form that sockets ask in. They connect to what comes back and ask no second time. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    callbackify(() => this.resolve(hostname))((error, found) => {
      // Node leaves `found` out when there is an error, whatever its type says.
      if (error !== null) return callback(error, '');
      if (options.all === true) return callback(null, [...found]);
      const [first] = found;
      if (first === undefined) return callback(notFound(hostname), '');
      return callback(null, first.address, first.family);
    });
  };

  /** @throws Fault `outbound.address_refused`, `outbound.encryption_required` */
  checkAddress(address: string): void {
    const kind = addressKind(address);
    const ownEntry = addressAndPort(address, this.port);
    const isNamed = this.#allowed.has(this.#entry);
    if (NEVER.has(kind)) throw this.#refused(address, kind);
    if (this.#allowed.has(ownEntry)) return;
    if (kind === 'linkLocal' || kind === 'metadata') throw this.#refused(address, kind, ownEntry);
    if (isNamed || (kind === 'private' && this.#terms.allowPrivate)) return;
    if (kind !== 'public') throw this.#refused(address, kind, this.#entry);
    if (!this.isTls) throw this.#unencrypted(address);
  }

  #refused(address: string, kind: AddressKind, entry?: HostAndPort): Fault {
    const way =
      entry === undefined
        ? 'No setting allows it'
        : `If it is right, add "${entry}" to ${this.#allowSetting}`;
    const message = `${this.#whatIs(address)}, ${MEANING[kind]}, and is not called. ${way}`;
    return new Fault('outbound.address_refused', message, {
      field: this.#terms.setting,
      ...(entry === undefined ? {} : { allowEntry: entry }),
    });
  }

  #unencrypted(address: string): Fault {
    const message = `${this.#whatIs(address)}, an address in the public internet, and is not called by http: credentials would travel in clear text. Use https, or add "${this.#entry}" to ${this.#allowSetting}`;
    return new Fault('outbound.encryption_required', message, {
      field: this.#terms.setting,
      allowEntry: this.#entry,
    });
  }

  get #allowSetting(): string {
    return this.#terms.allowSetting ?? 'outbound.allowHosts';
  }

  #whatIs(address: string): string {
    const { setting } = this.#terms;
    return address === this.hostname
      ? `The host of ${setting} is ${address}`
      : `The host ${this.hostname} of ${setting} resolves to ${address}`;
  }
}

const NEVER: ReadonlySet<AddressKind> = new Set(['unspecified', 'multicast', 'broadcast']);

const MEANING: Readonly<Record<AddressKind, string>> = {
  public: 'a public address',
  private: 'an address of a private network',
  local: 'this machine itself',
  linkLocal: 'a link-local address',
  metadata: 'where cloud providers hand out credentials of the machine',
  unspecified: 'which names no machine',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  special: 'an address of a reserved range or an old tunnel',
};

const bySystem = promisify(lookUp);

const resolveBySystem: Resolve = (hostname) => bySystem(hostname, { all: true, order: 'verbatim' });

const notFound = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });

/** IPv6 addresses stand in brackets in a URL. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
