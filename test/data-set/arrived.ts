import { Big } from 'big.js';
import { z } from 'zod';
import type { Cin7Simulator } from '../../src/simulators/cin7/index.ts';
import type { LineContent } from './expected-lines.ts';
import type { PurchaseContent } from './expected-purchases.ts';
import type { SupplierContent } from './expected-suppliers.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const amount = z.number().transform((value) => new Big(value).toFixed());
const day = text.transform((value) => value.slice(0, 10));

const supplierSchema = z.object({
  ID: z.string(),
  Name: text,
  Currency: text,
  PaymentTerm: text,
  TaxRule: text,
  AccountPayable: text,
  TaxNumber: text,
  Status: text,
  Comments: text,
  Addresses: z.array(
    z.object({
      Type: text,
      Line1: text,
      Line2: text,
      City: text,
      State: text,
      Postcode: text,
      Country: text,
    }),
  ),
  Contacts: z.array(z.object({ Name: text, Phone: text, MobilePhone: text, Fax: text, Email: text })),
});

const amounts = {
  Quantity: amount,
  Price: amount,
  Total: amount,
  TaxRule: text,
  Discount: amount,
  Tax: amount,
};
const lineSchema = z.object({ SKU: text, Name: text, Comment: text, ...amounts });
const chargeSchema = z.object({ Description: text, Reference: text, ...amounts });
const purchaseSchema = z.object({
  ID: z.string(),
  SupplierID: z.string(),
  SupplierCurrency: text,
  Location: text,
  Terms: text,
  TaxRule: text,
  RequiredBy: day,
  Note: text,
  Approach: text,
  Type: text,
  Status: text,
  Order: z.object({
    Status: text,
    Memo: text,
    Total: amount,
    Lines: z.array(lineSchema),
    AdditionalCharges: z.array(chargeSchema),
  }),
});

/** An object in Cin7, its comparable content, and whether people see it as void. */
interface Arrived<C> {
  readonly id: string;
  readonly content: C;
  readonly voided: boolean;
  /** All of Comments or Note. */
  readonly marked: string;
}

/** What a Cin7 company holds, by the keys in the markers. */
export interface ArrivedContent {
  readonly suppliers: ReadonlyMap<string, readonly Arrived<SupplierContent>[]>;
  readonly purchases: ReadonlyMap<string, readonly Arrived<PurchaseContent>[]>;
  /** Names of suppliers without a marker. */
  readonly unmarkedSuppliers: readonly string[];
  /** Numbers of purchases without a marker. */
  readonly unmarkedPurchases: readonly string[];
}

export function arrivedContent(cin7: Cin7Simulator): ArrivedContent {
  const suppliers = cin7.suppliers().map((row) => supplierSchema.parse(row));
  const purchases = cin7.purchases().map((row) => purchaseSchema.parse(row));
  const numberOf = new Map(suppliers.map((row) => [row.ID, keyIn(row.Comments, 'AB')]));
  return {
    suppliers: byKey(
      suppliers.map(({ ID, Comments, ...content }) => ({
        id: ID,
        content,
        voided: false,
        marked: Comments,
      })),
      'AB',
    ),
    purchases: byKey(
      purchases.map((row) => ({
        id: row.ID,
        content: contentOf(row, numberOf.get(row.SupplierID) ?? ''),
        voided: row.Status === 'VOIDED',
        marked: row.Note,
      })),
      'PO',
    ),
    unmarkedSuppliers: suppliers.filter((row) => keyIn(row.Comments, 'AB') === '').map((row) => row.Name),
    unmarkedPurchases: purchases.filter((row) => keyIn(row.Note, 'PO') === '').map((row) => row.ID),
  };
}

function contentOf(row: z.infer<typeof purchaseSchema>, supplier: string): PurchaseContent {
  const { Order: order } = row;
  return {
    Supplier: supplier,
    Currency: row.SupplierCurrency,
    Location: row.Location,
    Terms: row.Terms,
    TaxRule: row.TaxRule,
    RequiredBy: row.RequiredBy,
    Note: row.Note,
    Approach: row.Approach,
    Type: row.Type,
    Status: order.Status,
    Memo: order.Memo,
    Total: order.Total,
    Lines: order.Lines.map(withoutZeros),
    Charges: order.AdditionalCharges.map(withoutZeros),
  };
}

/** Discount and tax are shown only where there are any: none is expected. */
function withoutZeros(line: Readonly<Record<string, string>>): LineContent {
  return Object.fromEntries(
    Object.entries(line).filter(([name, value]) => !['Discount', 'Tax'].includes(name) || value !== '0'),
  );
}

function byKey<C>(
  found: readonly Arrived<C>[],
  kind: 'AB' | 'PO',
): ReadonlyMap<string, readonly Arrived<C>[]> {
  const groups = Map.groupBy(found, (each) => keyIn(each.marked, kind));
  groups.delete('');
  return groups;
}

function keyIn(marked: string, kind: 'AB' | 'PO'): string {
  return new RegExp(`\\[JDE main ${kind} ([^\\]]+)\\]`).exec(marked)?.[1] ?? '';
}
