import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import {
  type BookName,
  type CallBudget,
  type Cin7Books,
  RefusedByCin7,
  type Target,
  type WritePermit,
} from '../connector.ts';
import { fullJitterMs } from '../http/backoff.ts';
import { openOutbound } from '../http/outbound.ts';
import { OutboundGuard, type Resolve } from '../http/outbound-guard.ts';
import { bookSpecs, decodeAccount, decodeCompany } from './books.ts';
import { checkCin7 } from './check.ts';
import type { Cin7CheckParts } from './check-steps.ts';
import { type Cin7Call, type Cin7CallReport, Cin7Client } from './client.ts';
import type { Cin7Credentials, Cin7Settings } from './config.ts';
import { decodeOrderOf, decodePurchase, decodePurchaseListRow, decodeSupplier } from './decode.ts';
import { listPageOf, onlyRowOf, Unreadable } from './decode-parts.ts';
import { headerBody, orderBody } from './encode.ts';
import type {
  Cin7Account,
  Cin7Company,
  Cin7Purchase,
  Cin7PurchaseListRow,
  Cin7Supplier,
  OrderFields,
  PurchaseHeaderFields,
  SupplierFields,
} from './fields.ts';
import { type ListReading, type ListSpec, readList } from './lists.ts';

export interface Cin7TargetOptions {
  readonly settings: Cin7Settings;
  readonly credentials: Cin7Credentials;
  readonly budget: CallBudget;
  /** Hosts (`host:port`) besides those in the public internet at which Cin7 may be: simulators. */
  readonly allowHosts?: readonly string[];
  /** Default: the resolver of the system. */
  readonly resolve?: Resolve;
  /** Carries the calls, for example through a proxy. It must speak HTTP/1.1 and repeat nothing by itself. */
  readonly dispatcher?: Dispatcher;
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  readonly random?: () => number;
  readonly onCall?: (report: Cin7CallReport) => void;
}

/** A target whose connections can be closed. They close by themselves when idle. */
export interface Cin7Target extends Target {
  close(): Promise<void>;
}

/** Opens Cin7 Core for reading and writing. Nothing is sent until a method is called. */
export function openCin7Target(options: Cin7TargetOptions): Cin7Target {
  return new CoreTarget(options);
}

const connectTimeoutMs = 15_000;

const supplierSpec: ListSpec<Cin7Supplier> = {
  path: 'supplier',
  key: 'SupplierList',
  // Deprecated suppliers are hidden by default; a look-up that misses one would create it twice.
  query: { IncludeDeprecated: 'true' },
  decode: decodeSupplier,
  keyOf: (row) => row.ID,
};

const purchaseSpec: ListSpec<Cin7PurchaseListRow> = {
  path: 'purchaseList',
  key: 'PurchaseList',
  decode: decodePurchaseListRow,
  keyOf: (row) => row.ID,
};

class CoreTarget implements Cin7Target {
  readonly #options: Cin7TargetOptions;
  readonly #permit: WritePermit | undefined;
  readonly #settings: Cin7Settings;
  readonly #client: Cin7Client;
  readonly #reading: ListReading;
  readonly #checkParts: Cin7CheckParts;
  readonly #ownAgent: Dispatcher | undefined;

  /** @param guarded of a target whose writes need a permit: the client that it shares with the one without. */
  constructor(
    options: Cin7TargetOptions,
    guarded?: { readonly client: Cin7Client; readonly permit: WritePermit },
  ) {
    const { settings } = options;
    this.#permit = guarded?.permit;
    const sleep =
      options.sleep ?? ((ms: number, signal?: AbortSignal) => delay(ms, undefined, signal ? { signal } : {}));
    const random = options.random ?? Math.random;
    this.#settings = settings;
    const guard = guardFor(options);
    const dispatcher =
      options.dispatcher ?? openOutbound({ guard, connections: settings.writesAtOnce + 2, connectTimeoutMs });
    this.#ownAgent = options.dispatcher === undefined ? dispatcher : undefined;
    this.#options = { ...options, dispatcher };
    this.#client = guarded?.client ?? new Cin7Client({ ...options, dispatcher, sleep, random });
    this.#reading = {
      pageLimit: settings.pageLimit,
      pause: async (attempt, signal) => {
        await sleep(fullJitterMs(attempt, { baseMs: 2_000, maxMs: 30_000, random }), signal);
      },
    };
    this.#checkParts = {
      settings,
      client: this.#client,
      budget: options.budget,
      reading: this.#reading,
      guard,
      isDirect: options.dispatcher === undefined,
      now: options.now ?? Date.now,
    };
  }

  get callCount(): number {
    return this.#client.callCount;
  }

  get refusalCount(): number {
    return this.#client.refusalCount;
  }

  check(signal: AbortSignal): ReturnType<Target['check']> {
    return checkCin7(this.#checkParts, signal);
  }

  async close(): Promise<void> {
    await this.#ownAgent?.close();
  }

  guardedBy(permit: WritePermit): Target {
    return new CoreTarget(this.#options, { client: this.#client, permit });
  }

  readCompany(signal: AbortSignal): Promise<Cin7Company> {
    return this.#client.call({ method: 'GET', path: 'me', decode: decodeCompany }, signal);
  }

  async readBook<B extends BookName>(book: B, signal: AbortSignal): Promise<readonly Cin7Books[B][]> {
    const spec: ListSpec<Cin7Books[B]> = bookSpecs[book];
    return collect(readList(this.#client, spec, this.#reading, signal));
  }

  listSuppliers(signal: AbortSignal): AsyncIterable<readonly Cin7Supplier[]> {
    return readList(this.#client, supplierSpec, this.#reading, signal);
  }

  findSuppliersByName(name: string, signal: AbortSignal): Promise<readonly Cin7Supplier[]> {
    const spec = { ...supplierSpec, query: { ...supplierSpec.query, Name: name } };
    return collect(readList(this.#client, spec, this.#reading, signal));
  }

  async readSupplier(id: string, signal: AbortSignal): Promise<Cin7Supplier | undefined> {
    const rows = await orAbsent(
      this.#client.call(
        {
          method: 'GET',
          path: 'supplier',
          query: { ID: id, IncludeDeprecated: 'true' },
          decode: (value) =>
            listPageOf(value, 'SupplierList', decodeSupplier).rows.map((row) => expectId(row, id)),
        },
        signal,
      ),
    );
    return rows?.[0];
  }

  createSupplier(fields: SupplierFields, signal: AbortSignal): Promise<Cin7Supplier> {
    const decode = (value: unknown): Cin7Supplier => onlyRowOf(value, 'SupplierList', decodeSupplier);
    return this.#write({ method: 'POST', path: 'supplier', body: fields, decode }, signal);
  }

  updateSupplier(id: string, changes: Partial<SupplierFields>, signal: AbortSignal): Promise<Cin7Supplier> {
    const decode = (value: unknown): Cin7Supplier =>
      expectId(onlyRowOf(value, 'SupplierList', decodeSupplier), id);
    return this.#write({ method: 'PUT', path: 'supplier', body: { ID: id, ...changes }, decode }, signal);
  }

  listPurchases(updatedSinceMs: number, signal: AbortSignal): AsyncIterable<readonly Cin7PurchaseListRow[]> {
    // Whether the moment itself is included is not documented: one second earlier is always right.
    const UpdatedSince = new Date(updatedSinceMs - 1_000).toISOString();
    return readList(this.#client, { ...purchaseSpec, query: { UpdatedSince } }, this.#reading, signal);
  }

  readPurchase(id: string, signal: AbortSignal): Promise<Cin7Purchase | undefined> {
    // The older address refuses advanced and service purchases; this one reads every type.
    return orAbsent(
      this.#client.call(
        {
          method: 'GET',
          path: 'advanced-purchase',
          query: { ID: id },
          decode: (value) => expectId(decodePurchase(value), id),
        },
        signal,
      ),
    );
  }

  createPurchase(header: PurchaseHeaderFields, signal: AbortSignal): Promise<Cin7Purchase> {
    const path = this.#settings.purchasePath;
    return this.#write({ method: 'POST', path, body: headerBody(header), decode: decodePurchase }, signal);
  }

  updatePurchase(
    id: string,
    changes: Partial<PurchaseHeaderFields>,
    signal: AbortSignal,
  ): Promise<Cin7Purchase> {
    const path = this.#settings.purchasePath;
    const decode = (value: unknown): Cin7Purchase => expectId(decodePurchase(value), id);
    return this.#write({ method: 'PUT', path, body: { ID: id, ...headerBody(changes) }, decode }, signal);
  }

  writeOrder(purchaseId: string, order: OrderFields, signal: AbortSignal): Promise<Cin7Purchase['Order']> {
    return this.#write(
      {
        method: 'POST',
        path: 'purchase/order',
        body: orderBody(purchaseId, order),
        decode: (value) => decodeOrderOf(purchaseId, value),
      },
      signal,
    );
  }

  voidPurchase(id: string, signal: AbortSignal): Promise<void> {
    return this.#delete(id, true, signal);
  }

  undoPurchase(id: string, signal: AbortSignal): Promise<void> {
    return this.#delete(id, false, signal);
  }

  createAccount(
    account: Pick<Cin7Account, 'Code' | 'Name' | 'Type' | 'Status' | 'Class'>,
    signal: AbortSignal,
  ): Promise<Cin7Account> {
    const decode = (value: unknown): Cin7Account => onlyRowOf(value, 'AccountsList', decodeAccount);
    return this.#write({ method: 'POST', path: 'ref/account', body: account, decode }, signal);
  }

  #write<T>(call: Cin7Call<T>, signal: AbortSignal): Promise<T> {
    return this.#client.call({ ...call, permit: this.#permit }, signal);
  }

  /** `Void` is always sent: left out it means undo. */
  #delete(id: string, isVoid: boolean, signal: AbortSignal): Promise<void> {
    return this.#write(
      {
        method: 'DELETE',
        path: 'advanced-purchase',
        query: { ID: id, Void: String(isVoid) },
        // The document comes back; that it was not refused is all that counts.
        decode: () => undefined,
      },
      signal,
    );
  }
}

/** Cin7 Core is in the public internet. */
function guardFor({ settings, allowHosts = [], resolve }: Cin7TargetOptions): OutboundGuard {
  return new OutboundGuard({
    url: settings.url,
    setting: 'cin7.url',
    allowPrivate: false,
    allowHosts,
    ...(resolve === undefined ? {} : { resolve }),
  });
}

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const rows: T[] = [];
  for await (const page of pages) for (const row of page) rows.push(row);
  return rows;
}

/** Unknown filters are ignored by Cin7 without a word: another object may come back. */
function expectId<T extends { readonly ID: string }>(row: T, id: string): T {
  if (row.ID.toLowerCase() !== id.toLowerCase())
    throw new Unreadable('another object came back than was asked for');
  return row;
}

/** What Cin7 refuses with words like `Purchase Task with specified ID not found` does not exist. */
async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RefusedByCin7 && error.reasons.every((reason) => NOT_FOUND.test(reason.text)))
      return undefined;
    throw error;
  }
}

const NOT_FOUND = /\bID\b.*\b(was )?not found/i;
