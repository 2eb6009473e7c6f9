import { Book } from './book.ts';
import type { Cin7Company } from './company.ts';
import type { JsonObject } from './json.ts';
import { keepListed, listAfter } from './lag.ts';
import type { Purchase } from './purchase-model.ts';
import { purchaseRow } from './purchase-row.ts';
import type { Chance } from './random.ts';
import { type NestedIds, type Supplier, supplierRow } from './supplier-model.ts';
import type { Cin7Switches } from './switches.ts';

export interface Cin7Clock {
  now(): number;
}

/** Everything the company holds, with the indexes that answer quickly at 100,000 suppliers and purchases. */
export class CompanyState {
  readonly company: Cin7Company;
  readonly switches: Cin7Switches;
  readonly clock: Cin7Clock;
  readonly chance: Chance;
  readonly accounts = new Book({ id: 'Code', name: 'Name' });
  readonly bankAccounts = new Book({ id: 'AccountID', name: 'AccountName' });
  readonly taxRules = new Book({ id: 'ID', name: 'Name' });
  readonly paymentTerms = new Book({ id: 'ID', name: 'Name' });
  readonly locations = new Book({ id: 'ID', name: 'Name' });
  readonly carriers = new Book({ id: 'CarrierID', name: 'Description' });
  readonly brands = new Book({ id: 'ID', name: 'Name' });
  readonly categories = new Book({ id: 'ID', name: 'Name' });
  readonly units = new Book({ id: 'ID', name: 'Name' });
  readonly attributeSets = new Book({ id: 'ID', name: 'Name' });
  readonly addresses = new Book({ id: 'AddressID', name: 'Line1' });
  readonly contacts = new Book({ id: 'ContactID', name: 'Name' });
  readonly products = new Book({ id: 'ID', name: 'SKU' });
  readonly productNames = new Book({ id: 'ID', name: 'Name' });
  readonly webhooks = new Book({ id: 'ID', name: 'Type' });
  readonly deposits: JsonObject[] = [];
  readonly productSuppliers = new Map<string, JsonObject[]>();
  readonly productAttachments = new Map<string, JsonObject[]>();
  readonly suppliers: Supplier[] = [];
  readonly purchases: Purchase[] = [];
  readonly #supplierById = new Map<string, Supplier>();
  readonly #suppliersByName = new Map<string, Set<Supplier>>();
  readonly #purchaseById = new Map<string, Purchase>();
  readonly #purchaseByTask = new Map<string, Purchase>();

  constructor(parts: { company: Cin7Company; switches: Cin7Switches; clock: Cin7Clock; chance: Chance }) {
    this.company = parts.company;
    this.switches = parts.switches;
    this.clock = parts.clock;
    this.chance = parts.chance;
  }

  get #lagMs(): number {
    return this.switches.listLagSeconds * 1000;
  }

  /** How GET /supplier shows the identifiers of nested rows. */
  get nestedIds(): NestedIds {
    return this.switches.nestedRowIdOnGet === 'shown' ? 'own' : 'none';
  }

  addSupplier(supplier: Supplier): void {
    keepListed(supplier, this.#lagMs, undefined);
    this.suppliers.push(supplier);
    this.#supplierById.set(supplier.id, supplier);
    this.#indexSupplierName(supplier);
    this.#listSupplier(supplier);
  }

  /** Changes a supplier; its modification time and its list row follow. */
  changeSupplier(supplier: Supplier, change: () => void): void {
    keepListed(supplier, this.#lagMs, () => supplierRow(supplier, this.nestedIds));
    this.#suppliersByName.get(supplier.name.toLowerCase())?.delete(supplier);
    change();
    supplier.modifiedAt = this.clock.now();
    this.#indexSupplierName(supplier);
    this.#listSupplier(supplier);
  }

  supplier(id: string): Supplier | undefined {
    return this.#supplierById.get(id.toLowerCase());
  }

  /** Suppliers of that name in any letter case, oldest first. */
  suppliersNamed(name: string): Supplier[] {
    return [...(this.#suppliersByName.get(name.toLowerCase()) ?? [])];
  }

  addPurchase(purchase: Purchase): void {
    keepListed(purchase, this.#lagMs, undefined);
    this.purchases.push(purchase);
    this.#purchaseById.set(purchase.id, purchase);
    this.#listPurchase(purchase);
  }

  changePurchase(purchase: Purchase, change: () => void): void {
    keepListed(purchase, this.#lagMs, () => purchaseRow(purchase, this));
    change();
    purchase.updatedAt = this.clock.now();
    purchase.row = undefined;
    for (const { taskId } of [...purchase.tasks, ...purchase.creditNotes])
      this.#purchaseByTask.set(taskId, purchase);
    this.#listPurchase(purchase);
  }

  removeSupplier(supplier: Supplier): void {
    this.suppliers.splice(this.suppliers.indexOf(supplier), 1);
    this.#supplierById.delete(supplier.id);
    this.#suppliersByName.get(supplier.name.toLowerCase())?.delete(supplier);
  }

  removePurchase(purchase: Purchase): void {
    this.purchases.splice(this.purchases.indexOf(purchase), 1);
    this.#purchaseById.delete(purchase.id);
    for (const [taskId, owner] of this.#purchaseByTask)
      if (owner === purchase) this.#purchaseByTask.delete(taskId);
  }

  /** The purchase that has a task or credit note of that identifier; the first task has the purchase's own. */
  purchaseOfTask(taskId: string): Purchase | undefined {
    return this.purchase(taskId) ?? this.#purchaseByTask.get(taskId.toLowerCase());
  }

  purchase(id: string): Purchase | undefined {
    return this.#purchaseById.get(id.toLowerCase());
  }

  #indexSupplierName(supplier: Supplier): void {
    const name = supplier.name.toLowerCase();
    supplier.nameKey = name;
    const sameName = this.#suppliersByName.get(name);
    if (sameName === undefined) this.#suppliersByName.set(name, new Set([supplier]));
    else sameName.add(supplier);
  }

  #listSupplier(supplier: Supplier): void {
    listAfter(supplier, { now: this.clock.now(), lagMs: this.#lagMs }, () =>
      supplierRow(supplier, this.nestedIds),
    );
  }

  #listPurchase(purchase: Purchase): void {
    listAfter(purchase, { now: this.clock.now(), lagMs: this.#lagMs }, () => purchaseRow(purchase, this));
  }
}
