import { text } from './book.ts';
import type { JsonObject } from './json.ts';
import { purchaseHeaderRow } from './purchase-document.ts';
import type { Purchase } from './purchase-model.ts';
import type { CompanyState } from './state.ts';
import { type Supplier, supplierRow } from './supplier-model.ts';

export type WebhookPayloadType =
  | 'Purchase/OrderAuthorised'
  | 'Purchase/InvoiceAuthorised'
  | 'Purchase/Updated'
  | 'Supplier/Updated';

/** What the service would POST to a subscriber for the purchase or supplier of that identifier. */
export function webhookPayload(type: WebhookPayloadType, id: string, state: CompanyState): JsonObject {
  if (type === 'Supplier/Updated') {
    const supplier = state.supplier(id);
    if (supplier === undefined) throw new Error(`no supplier ${id} in the simulator`);
    return supplierUpdatedPayload(supplier);
  }
  const purchase = state.purchase(id);
  if (purchase === undefined) throw new Error(`no purchase ${id} in the simulator`);
  if (type === 'Purchase/OrderAuthorised') return orderAuthorisedPayload(purchase, state);
  return type === 'Purchase/InvoiceAuthorised'
    ? invoiceAuthorisedPayload(purchase)
    : purchaseUpdatedPayload(purchase, state);
}

function orderAuthorisedPayload(purchase: Purchase, state: CompanyState): JsonObject {
  const supplier = state.supplier(purchase.header.supplierId);
  return {
    TaskID: purchase.id,
    PurchaseOrderNumber: purchase.orderNumber,
    SupplierName: purchase.header.supplierName,
    SupplierContactName: purchase.header.contact,
    SupplierContactEmail: supplier?.contacts[0]?.fields['Email'] ?? null,
    EventType: 'Purchase/OrderAuthorised',
  };
}

function invoiceAuthorisedPayload(purchase: Purchase): JsonObject {
  return {
    TaskID: purchase.id.toUpperCase(),
    PurchaseOrderNumber: purchase.orderNumber,
    InvoiceNumber: purchase.tasks[0]?.invoice.number ?? '',
    SupplierName: null,
    SupplierContactName: null,
    SupplierContactEmail: null,
    EventType: 'Purchase/InvoiceAuthorised',
  };
}

/** The key of the purchase list really says Customer. */
function purchaseUpdatedPayload(purchase: Purchase, state: CompanyState): JsonObject {
  const header = purchaseHeaderRow(purchase, state, { face: 'advanced', written: false, combined: false });
  const shipping = {
    ...asObject(header['ShippingAddress']),
    Company: purchase.header.shipping?.company ?? null,
  };
  const attributes = Object.fromEntries(
    purchase.header.attributes.map((value, index) => [`AdditionalAttribute${index + 1}`, value]),
  );
  return {
    NumberOfPurchase: 1,
    CustomerDetailsList: [
      {
        ...header,
        ID: purchase.id.toUpperCase(),
        ShippingAddress: shipping,
        AdditionalAttributes: attributes,
      },
    ],
    EventType: 'Purchase/Updated',
  };
}

function supplierUpdatedPayload(supplier: Supplier): JsonObject {
  const { Addresses = [], Contacts = [], LastModifiedOn, ...row } = supplierRow(supplier, 'both');
  return {
    NumberOfSuppliers: 1,
    SupplierDetailsList: [
      // The time has no zone here.
      { Supplier: { ...row, LastModifiedOn: text(LastModifiedOn).replace('Z', '') }, Addresses, Contacts },
    ],
    EventType: 'Supplier/Updated',
  };
}

function asObject(value: JsonObject[string] | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
