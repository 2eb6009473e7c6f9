import type { LocalDate } from '../domain/local-date.ts';
import type { SourceRow, TableSpec } from '../domain/source-row.ts';
import type { FaultCode } from '../faults/fault-codes.ts';
import type {
  Cin7Account,
  Cin7Company,
  Cin7Location,
  Cin7PaymentTerm,
  Cin7Product,
  Cin7Purchase,
  Cin7PurchaseListRow,
  Cin7Supplier,
  Cin7TaxRule,
  Cin7Unit,
  OrderFields,
  PurchaseHeaderFields,
  SupplierFields,
} from './cin7/fields.ts';

/** One step of a connection test, named, with its result and, where it failed, what to change and where. */
export interface CheckStep {
  /** Stable name for programs: `jde.tcp`, `jde.signIn`, `jde.table.F0401`, `cin7.allowance`. */
  readonly name: string;
  /** What was looked at, for people: `JDE: sign-in of MLREAD to JPD920`. */
  readonly title: string;
  readonly state: 'passed' | 'warning' | 'failed' | 'skipped';
  /** What was found. Never a secret. */
  readonly detail: string;
  /** What to change and where; set when the state is `failed` or `warning`. */
  readonly fix?: string;
  readonly code?: FaultCode;
  /** Where the call was held back: the entry of `outbound.allowHosts` that would let it through. */
  readonly allowEntry?: string;
  readonly tookMs: number;
}

/** Both connectors can be tested step by step. A failed step ends the ones that need it, as `skipped`. */
export interface Checkable {
  check(signal: AbortSignal): AsyncIterable<CheckStep>;
}

/** Which rows of a table to read. All conditions must hold. */
export interface TableRead {
  readonly spec: TableSpec;
  /** Rows whose `spec.changedOn` is this day or later. */
  readonly changedSince?: LocalDate;
  /** Rows at which one of these columns has one of these values (sent as EQUAL or LIST). Values as decoded. */
  readonly where?: readonly ColumnCondition[];
  /** The key values of the last row that was taken over; the read goes on behind it. Aligned with `spec.key`. */
  readonly after?: readonly string[];
}

export interface ColumnCondition {
  readonly column: string;
  readonly anyOf: readonly string[];
}

/** A page of rows in the order of the table's unique key. */
export interface TablePage {
  readonly rows: readonly SourceRow[];
  /** The calendar day of the JDE server when the page was answered; the watermark never passes it. */
  readonly serverDay: LocalDate;
  /** Key values of the last row of the page, aligned with `spec.key`; absent when the page is empty. */
  readonly lastKey?: readonly string[];
}

/**
 * Reads tables of JDE. Never writes (invariant 6).
 *
 * A read yields each row exactly once and in key order, follows next pages, and resumes at the last key by itself when the
 * result set expires, the session is lost or AIS restarts. It ends normally only when the last page was read in full;
 * everything else throws a `Fault` (invariant 5).
 */
export interface Source extends Checkable {
  readTable(read: TableRead, signal: AbortSignal): AsyncIterable<TablePage>;
  /** Signs out. Never throws: an end of a run does not fail because a log-out did. */
  close(): Promise<void>;
  /** HTTP calls made so far, sign-ins included. */
  readonly callCount: number;
}

/** The reference books of a Cin7 company. */
export interface Cin7Books {
  readonly accounts: Cin7Account;
  readonly paymentTerms: Cin7PaymentTerm;
  readonly taxRules: Cin7TaxRule;
  readonly locations: Cin7Location;
  readonly units: Cin7Unit;
  readonly products: Cin7Product;
}

export type BookName = keyof Cin7Books;

/**
 * Reads and writes Cin7 Core. Each method makes one call per page or object, within the call budget.
 *
 * Rate refusals are waited out inside (they are no answer). Reads are retried inside within named limits. A write is sent once:
 * it throws a `Fault` of kind `retry` only when it is certain that Cin7 did not get it, `uncertain` when it may have been applied
 * (no answer, 5xx, unreadable answer), and `RefusedByCin7` when Cin7 refused it with a reason.
 */
export interface Target extends Checkable {
  readCompany(signal: AbortSignal): Promise<Cin7Company>;
  /** A whole reference book, deprecated and inactive entries included. The number of entries is checked against `Total`. */
  readBook<B extends BookName>(book: B, signal: AbortSignal): Promise<readonly Cin7Books[B][]>;

  /** All suppliers, deprecated ones too, 1,000 a page. */
  listSuppliers(signal: AbortSignal): AsyncIterable<readonly Cin7Supplier[]>;
  /** Suppliers whose name starts with the text, deprecated ones too. */
  findSuppliersByName(name: string, signal: AbortSignal): Promise<readonly Cin7Supplier[]>;
  readSupplier(id: string, signal: AbortSignal): Promise<Cin7Supplier | undefined>;
  createSupplier(fields: SupplierFields, signal: AbortSignal): Promise<Cin7Supplier>;
  /** Sends only the given fields. Nested rows carry their `ID` to be changed, none to be added. */
  updateSupplier(id: string, changes: Partial<SupplierFields>, signal: AbortSignal): Promise<Cin7Supplier>;

  /** Purchases updated since the moment (UTC ms), oldest number first. */
  listPurchases(updatedSinceMs: number, signal: AbortSignal): AsyncIterable<readonly Cin7PurchaseListRow[]>;
  readPurchase(id: string, signal: AbortSignal): Promise<Cin7Purchase | undefined>;
  createPurchase(header: PurchaseHeaderFields, signal: AbortSignal): Promise<Cin7Purchase>;
  updatePurchase(
    id: string,
    changes: Partial<PurchaseHeaderFields>,
    signal: AbortSignal,
  ): Promise<Cin7Purchase>;
  /** Overwrites the order of a purchase: all lines and charges. Only possible while the order is a draft. */
  writeOrder(purchaseId: string, order: OrderFields, signal: AbortSignal): Promise<Cin7Purchase['Order']>;
  /** `Void=true`. */
  voidPurchase(id: string, signal: AbortSignal): Promise<void>;
  /** `Void=false`: takes an authorised order back to a draft. */
  undoPurchase(id: string, signal: AbortSignal): Promise<void>;
  createAccount(
    account: Pick<Cin7Account, 'Code' | 'Name' | 'Type' | 'Status' | 'Class'>,
    signal: AbortSignal,
  ): Promise<Cin7Account>;

  /** The same target, whose writes leave only while the permit holds. */
  guardedBy(permit: WritePermit): Target;

  /** HTTP calls made so far. */
  readonly callCount: number;
  /** Calls that Cin7 refused for their rate. */
  readonly refusalCount: number;
}

/**
 * Whether this process may write. Cin7 knows nothing of leases: a process that stood still, and whose work another one has taken
 * over meanwhile, has to find out by itself before anything of it leaves.
 */
export interface WritePermit {
  /**
   * Returns when a write may leave; asked before each.
   *
   * @throws Fault `run.lease_lost` when it never may again.
   */
  untilAllowed(signal: AbortSignal): Promise<void>;
  /** Whether it may leave this very moment; asked right before its first byte. */
  isAllowed(): boolean;
}

/** Cin7 answered a write or a read with a reason why it will not do it (400, 404, error object). Nothing was stored. */
export class RefusedByCin7 extends Error {
  /** The reasons in Cin7's words, each with its `ErrorCode`. */
  readonly reasons: readonly { readonly code: number; readonly text: string }[];

  constructor(what: string, reasons: RefusedByCin7['reasons']) {
    super(`Cin7 refused ${what}: ${reasons.map((reason) => reason.text).join(' / ')}`);
    this.name = 'RefusedByCin7';
    this.reasons = reasons;
  }
}

/**
 * The calls that one Cin7 application key still allows, shared by all processes that use the key.
 * Source: Cin7 Core API documentation, "60 calls per 60 seconds" per API application.
 */
export interface CallBudget {
  /** Waits until a call may start. The slot counts as used until 60 s after `release`. */
  take(signal: AbortSignal): Promise<CallSlot>;
  /** Calls that may start right now. */
  left(): Promise<number>;
  /** Cin7 refused a call for its rate: nothing may start for this long. */
  pause(ms: number): void;
}

export interface CallSlot {
  /** The answer came, or the call was given up. */
  release(): void;
}
