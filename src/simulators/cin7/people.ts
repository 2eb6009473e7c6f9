import { accountRow } from './accounts.ts';
import { text } from './book.ts';
import type { Cin7AccountSeed, Cin7ProductSeed } from './company.ts';
import type { JsonObject } from './json.ts';
import { seedProduct } from './load.ts';
import { newTask, type Purchase } from './purchase-model.ts';
import type { CompanyState } from './state.ts';
import type { Supplier } from './supplier-model.ts';
import { dayOf } from './times.ts';

/** What people do in the user interface of Cin7, by identifier. An unknown one throws: the test is wrong. */

export interface SupplierEdit {
  readonly Name?: string;
  readonly Currency?: string;
  readonly PaymentTerm?: string;
  readonly TaxRule?: string;
  readonly AccountPayable?: string;
  readonly Status?: 'Active' | 'Deprecated';
  readonly Comments?: string;
  readonly TaxNumber?: string;
  readonly Addresses?: readonly JsonObject[];
  readonly Contacts?: readonly JsonObject[];
}

/** `Lines` are given in the form of order lines and replace those of the order. */
export interface PurchaseEdit {
  readonly Note?: string;
  readonly Location?: string;
  readonly Terms?: string;
  readonly RequiredBy?: string | null;
  readonly Memo?: string;
  readonly Lines?: readonly JsonObject[];
}

export function purchaseOf(state: CompanyState, id: string): Purchase {
  const purchase = state.purchase(id);
  if (purchase === undefined) throw new Error(`no purchase ${id} in the simulator`);
  return purchase;
}

export function authoriseOrder(state: CompanyState, id: string): void {
  const purchase = purchaseOf(state, id);
  state.changePurchase(purchase, () => {
    purchase.order.status = 'AUTHORISED';
  });
}

export function receiveStock(state: CompanyState, id: string): void {
  const purchase = purchaseOf(state, id);
  const location = state.locations.byName(purchase.header.location, state.switches);
  const day = dayOf(state.clock.now());
  state.changePurchase(purchase, () => {
    purchase.order.status = 'AUTHORISED';
    const task = purchase.tasks[0] ?? newTask(purchase.id, 0);
    const lines = purchase.order.lines.map(
      (line): JsonObject => ({
        Date: day,
        Quantity: line['Quantity'] ?? 0,
        ProductID: line['ProductID'] ?? null,
        SKU: line['SKU'] ?? null,
        Name: line['Name'] ?? '',
        Location: purchase.header.location,
        LocationID: location?.['ID'] ?? null,
        Received: true,
        BatchSN: '',
        SupplierSKU: line['SupplierSKU'] ?? '',
        ExpiryDate: null,
        CardID: state.chance.guid(),
      }),
    );
    task.stock = { status: 'AUTHORISED', lines };
    task.putAway = { status: 'AUTHORISED', lines };
    purchase.tasks = [task, ...purchase.tasks.slice(1)];
  });
}

export function editSupplier(state: CompanyState, id: string, changes: SupplierEdit): void {
  const supplier = state.supplier(id);
  if (supplier === undefined) throw new Error(`no supplier ${id} in the simulator`);
  state.changeSupplier(supplier, () => applyEdit(supplier, changes, state));
}

function applyEdit(supplier: Supplier, changes: SupplierEdit, state: CompanyState): void {
  supplier.name = changes.Name ?? supplier.name;
  supplier.currency = changes.Currency ?? supplier.currency;
  supplier.paymentTerm = changes.PaymentTerm ?? supplier.paymentTerm;
  supplier.taxRule = changes.TaxRule ?? supplier.taxRule;
  supplier.accountPayable = changes.AccountPayable ?? supplier.accountPayable;
  supplier.status = changes.Status ?? supplier.status;
  supplier.comments = changes.Comments ?? supplier.comments;
  supplier.taxNumber = changes.TaxNumber ?? supplier.taxNumber;
  const keep = (row: JsonObject) => {
    const { ID, SupplierID: _owner, ...fields } = row;
    return { id: text(ID) || state.chance.guid(), fields };
  };
  if (changes.Addresses !== undefined) supplier.addresses = changes.Addresses.map(keep);
  if (changes.Contacts !== undefined) supplier.contacts = changes.Contacts.map(keep);
}

export function editPurchase(state: CompanyState, id: string, changes: PurchaseEdit): void {
  const purchase = purchaseOf(state, id);
  state.changePurchase(purchase, () => {
    const { header, order } = purchase;
    header.note = changes.Note ?? header.note;
    header.location = changes.Location ?? header.location;
    header.terms = changes.Terms ?? header.terms;
    if (changes.RequiredBy !== undefined) header.requiredBy = changes.RequiredBy;
    order.memo = changes.Memo ?? order.memo;
    if (changes.Lines === undefined) return;
    order.lines = changes.Lines.map((line) => ({ ...line }));
    if (order.status === 'NOT AVAILABLE') order.status = 'DRAFT';
  });
}

/** The company was set back to an earlier day, or its data was cleaned up: the API itself deletes nothing. */
export function removePurchase(state: CompanyState, id: string): void {
  state.removePurchase(purchaseOf(state, id));
}

export function removeSupplier(state: CompanyState, id: string): void {
  const supplier = state.supplier(id);
  if (supplier === undefined) throw new Error(`no supplier ${id} in the simulator`);
  state.removeSupplier(supplier);
}

export function archiveAccount(state: CompanyState, code: string): void {
  const row = state.accounts.byId(code);
  if (row === undefined) throw new Error(`no account ${code} in the simulator`);
  state.accounts.put({ ...row, Status: 'ARCHIVED' });
}

export function deactivateTerm(state: CompanyState, name: string): void {
  const row = state.paymentTerms.rows.find((term) => term['Name'] === name);
  if (row === undefined) throw new Error(`no payment term ${name} in the simulator`);
  state.paymentTerms.put({ ...row, IsActive: false });
}

export function addProduct(state: CompanyState, seed: Cin7ProductSeed): JsonObject {
  return seedProduct(seed, state);
}

export function addAccount(state: CompanyState, seed: Cin7AccountSeed): JsonObject {
  return accountRow(state, { ...seed });
}
