import type { JsonObject } from './json.ts';
import type { Listed } from './lag.ts';
import { stampOf } from './times.ts';

/** A supplier as kept; `supplierRow` gives its wire form. */
export interface Supplier extends Listed {
  readonly id: string;
  name: string;
  /** The name in lower case, kept by the state, for prefix filters. */
  nameKey: string;
  currency: string;
  paymentTerm: string;
  taxRule: string;
  accountPayable: string;
  status: string;
  discount: number;
  /** Blank or null as the service answers them: null in the user interface, "" through the API. */
  comments: string | null;
  taxNumber: string | null;
  attributeSet: string | null;
  attributes: (string | null)[];
  addresses: NestedRow[];
  contacts: NestedRow[];
  modifiedAt: number;
}

/** A row of Addresses or Contacts: its identifier, and the rest in wire form. */
export interface NestedRow {
  readonly id: string;
  readonly fields: JsonObject;
}

/** How nested rows show their identifiers: not at all, `ID`, or `ID` and `SupplierID`. */
export type NestedIds = 'none' | 'own' | 'both';

export const ATTRIBUTE_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export function supplierRow(supplier: Supplier, ids: NestedIds): JsonObject {
  const row: JsonObject = {
    ID: supplier.id,
    Name: supplier.name,
    Currency: supplier.currency,
    PaymentTerm: supplier.paymentTerm,
    TaxRule: supplier.taxRule,
    Discount: supplier.discount,
    Comments: supplier.comments,
    AccountPayable: supplier.accountPayable,
    TaxNumber: supplier.taxNumber,
  };
  for (const number of ATTRIBUTE_NUMBERS) {
    row[`AdditionalAttribute${number}`] = supplier.attributes[number - 1] ?? null;
  }
  row['AttributeSet'] = supplier.attributeSet;
  row['Status'] = supplier.status;
  row['LastModifiedOn'] = stampOf(supplier.modifiedAt);
  row['Addresses'] = supplier.addresses.map((nested) => nestedRow(nested, supplier.id, ids));
  row['Contacts'] = supplier.contacts.map((nested) => nestedRow(nested, supplier.id, ids));
  return row;
}

function nestedRow(nested: NestedRow, supplierId: string, ids: NestedIds): JsonObject {
  if (ids === 'none') return nested.fields;
  return ids === 'own'
    ? { ID: nested.id, ...nested.fields }
    : { ID: nested.id, SupplierID: supplierId, ...nested.fields };
}
