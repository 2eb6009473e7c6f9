import type { Cin7Allowance } from './allowance.ts';
import type { Cin7AccountSeed, Cin7Company, Cin7ProductSeed } from './company.ts';
import { type Cin7Fault, FaultPlan } from './faults.ts';
import type { JsonObject } from './json.ts';
import { loadCompany } from './load.ts';
import * as people from './people.ts';
import { purchaseDocument } from './purchase-document.ts';
import { undoPurchase, voidPurchase } from './purchase-header.ts';
import type { Purchase } from './purchase-model.ts';
import { chanceFrom } from './random.ts';
import { type Cin7Call, Cin7Server } from './server.ts';
import { type Cin7Clock, CompanyState } from './state.ts';
import { supplierRow } from './supplier-model.ts';
import { type Cin7Switches, switchesWith } from './switches.ts';
import { type WebhookPayloadType, webhookPayload } from './webhook-payloads.ts';

/** Credentials that the simulator accepts unless told others. They open nothing but a simulator. */
export const CIN7_ACCOUNT_ID = '11111111-2222-4333-8444-555555555555';
export const CIN7_APPLICATION_KEYS: readonly string[] = [
  'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  'aaaaaaaa-bbbb-4ccc-8ddd-ffffffffffff',
];

export interface Cin7SimulatorOptions {
  readonly company: Cin7Company;
  readonly accountId?: string;
  readonly applicationKeys?: readonly string[];
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Default 60 calls in any rolling 60,000 ms. */
  readonly allowance?: Cin7Allowance;
  readonly switches?: Partial<Cin7Switches>;
  readonly faults?: readonly Cin7Fault[];
  readonly seed?: number;
  /** Moves the allowance, all timestamps and the lag of lists. Delays of faults take real time. */
  readonly clock?: Cin7Clock;
}

/** A running simulator: where it listens, what it has seen, what it holds, and what people can do to it. */
export interface Cin7Simulator {
  /** `http://127.0.0.1:PORT/ExternalApi/v2` */
  readonly url: string;
  readonly accountId: string;
  readonly applicationKey: string;
  readonly switches: Cin7Switches;
  readonly calls: readonly Readonly<Cin7Call>[];
  readonly callCount: number;
  /** POST, PUT and DELETE calls that took effect, also those whose answer was lost. */
  readonly writes: number;
  /** Calls refused by the allowance or by a rateLimit fault. */
  readonly refusals: number;
  /** Calls the listener with the number of every call once it is answered. Returns how to stop that. */
  onAnswered(listener: (n: number) => void): () => void;
  stop(): Promise<void>;
  /** Drops all connections and listens again on the same port. Data and the allowance window stay. */
  restart(): Promise<void>;
  /** Returns how to take this fault out again. */
  addFault(fault: Cin7Fault): () => void;
  clearFaults(): void;
  suppliers(): JsonObject[];
  /** Exact name in any letter case. */
  suppliersNamed(name: string): JsonObject[];
  /** Full documents as GET /advanced-purchase answers them. */
  purchases(): JsonObject[];
  purchase(id: string): JsonObject | undefined;
  /** Purchases whose Note contains the text. */
  purchasesWithNote(text: string): JsonObject[];
  products(): JsonObject[];
  accounts(): JsonObject[];
  paymentTerms(): JsonObject[];
  taxRules(): JsonObject[];
  locations(): JsonObject[];
  /** What the service would POST to a subscriber; the simulator delivers nothing. */
  webhookPayload(type: WebhookPayloadType, id: string): JsonObject;
  authoriseOrder(id: string): void;
  voidPurchase(id: string): void;
  undoPurchase(id: string): void;
  /** Receives all that is ordered. */
  receiveStock(id: string): void;
  editSupplier(id: string, changes: people.SupplierEdit): void;
  editPurchase(id: string, changes: people.PurchaseEdit): void;
  archiveAccount(code: string): void;
  deactivateTerm(name: string): void;
  addProduct(seed: Cin7ProductSeed): JsonObject;
  addAccount(seed: Cin7AccountSeed): JsonObject;
  deprecateSupplier(id: string): void;
  removeSupplier(id: string): void;
  removePurchase(id: string): void;
}

export async function startCin7Simulator(options: Cin7SimulatorOptions): Promise<Cin7Simulator> {
  const { company, host = '127.0.0.1', seed = 1 } = options;
  const switches = switchesWith(options.switches);
  const clock = options.clock ?? { now: () => Date.now() };
  const state = new CompanyState({ company, switches, clock, chance: chanceFrom(seed) });
  loadCompany(company, state);
  const faults = new FaultPlan(options.faults ?? [], chanceFrom(seed + 1));
  const applicationKeys = options.applicationKeys ?? CIN7_APPLICATION_KEYS;
  const server = new Cin7Server({
    state,
    accountId: options.accountId ?? CIN7_ACCOUNT_ID,
    applicationKeys,
    allowance: options.allowance ?? { calls: 60, windowMs: 60_000 },
    faults,
  });
  const port = await server.start(host, options.port ?? 0);
  const show = (purchase: Purchase): JsonObject =>
    purchaseDocument(purchase, state, { face: 'advanced', written: false, combined: false });
  return {
    url: `http://${host}:${port}/ExternalApi/v2`,
    accountId: options.accountId ?? CIN7_ACCOUNT_ID,
    applicationKey: applicationKeys[0] ?? '',
    switches,
    calls: server.calls,
    get callCount() {
      return server.calls.length;
    },
    get writes() {
      return server.writes;
    },
    get refusals() {
      return server.refusals;
    },
    onAnswered: (listener) => {
      server.onAnswered.add(listener);
      return () => server.onAnswered.delete(listener);
    },
    stop: () => server.stop(),
    restart: async () => {
      await server.stop();
      await server.start(host, port);
    },
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    suppliers: () => state.suppliers.map((supplier) => supplierRow(supplier, 'own')),
    suppliersNamed: (name) => state.suppliersNamed(name).map((supplier) => supplierRow(supplier, 'own')),
    purchases: () => state.purchases.map(show),
    purchase: (id) => {
      const found = state.purchase(id);
      return found === undefined ? undefined : show(found);
    },
    purchasesWithNote: (text) => state.purchases.filter((each) => each.header.note.includes(text)).map(show),
    products: () => state.products.rows,
    accounts: () => state.accounts.rows,
    paymentTerms: () => state.paymentTerms.rows,
    taxRules: () => state.taxRules.rows,
    locations: () => state.locations.rows,
    webhookPayload: (type, id) => webhookPayload(type, id, state),
    authoriseOrder: (id) => people.authoriseOrder(state, id),
    voidPurchase: (id) => voidPurchase(people.purchaseOf(state, id), state),
    undoPurchase: (id) => undoPurchase(people.purchaseOf(state, id), state),
    receiveStock: (id) => people.receiveStock(state, id),
    editSupplier: (id, changes) => people.editSupplier(state, id, changes),
    editPurchase: (id, changes) => people.editPurchase(state, id, changes),
    archiveAccount: (code) => people.archiveAccount(state, code),
    deactivateTerm: (name) => people.deactivateTerm(state, name),
    addProduct: (product) => people.addProduct(state, product),
    addAccount: (account) => people.addAccount(state, account),
    removeSupplier: (id) => people.removeSupplier(state, id),
    removePurchase: (id) => people.removePurchase(state, id),
    deprecateSupplier: (id) => people.editSupplier(state, id, { Status: 'Deprecated' }),
  };
}
