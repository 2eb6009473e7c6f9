import { roundTo } from './decimals.ts';
import type { Fields, Problems } from './fields.ts';
import type { Address, Purchase, PurchaseHeader } from './purchase-model.ts';
import { checkActiveTerm, checkLocation, checkTaxRule } from './references.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS, type Supplier } from './supplier-model.ts';
import { assumed, recorded } from './texts.ts';

interface Reading {
  readonly state: CompanyState;
  readonly problems: Problems;
  /** The purchase that PUT changes; `undefined` for POST. */
  readonly existing: Purchase | undefined;
  readonly face: 'purchase' | 'advanced';
}

/** Checks the header of a purchase. Fields left out are filled from the supplier, or kept on PUT. */
export function readHeader(
  fields: Fields,
  reading: Reading,
): { header: PurchaseHeader; type: Purchase['type'] } {
  const { state, problems, existing, face } = reading;
  const old = existing?.header;
  const supplier = readSupplierReference(fields, reading);
  const required = (name: string) => existing === undefined || fields.has(name);
  const approach = fields.text('Approach', {
    max: 10,
    required: required('Approach'),
    oneOf: ['INVOICE', 'STOCK'],
  });
  const location = fields.text('Location', { max: 256, required: required('Location') });
  if (typeof location === 'string' && location !== '') checkLocation(location, state, problems);
  const taxRule = fields.text('TaxRule', { max: 50 });
  if (typeof taxRule === 'string' && taxRule !== '') checkTaxRule(taxRule, state, problems);
  const terms = fields.text('Terms', { max: 256 });
  if (typeof terms === 'string' && terms !== '') checkActiveTerm(terms, state, problems);
  const calculation = fields.text('TaxCalculation', { oneOf: ['Inclusive', 'Exclusive'] });
  const type = readType(fields, reading);
  const supplierChanged = supplier !== undefined && supplier.id !== old?.supplierId;
  const own = (kept: string | undefined, fromSupplier: string | undefined) =>
    supplierChanged ? (fromSupplier ?? '') : (kept ?? '');
  const header: PurchaseHeader = {
    supplierId: supplier?.id ?? old?.supplierId ?? '',
    supplierName: supplier?.name ?? old?.supplierName ?? '',
    supplierCurrency: supplier?.currency ?? old?.supplierCurrency ?? '',
    contact: fields.text('Contact', { max: 256 }) ?? own(old?.contact, defaultContact(supplier, 'Name')),
    phone: fields.text('Phone', { max: 50 }) ?? own(old?.phone, defaultContact(supplier, 'Phone')),
    blindReceipt: fields.flag('BlindReceipt') ?? old?.blindReceipt ?? false,
    approach: approachOf(approach, type, old?.approach),
    billing: readAddress(fields.object('BillingAddress')) ?? old?.billing,
    shipping: readAddress(fields.object('ShippingAddress')) ?? old?.shipping,
    taxRule: filled(taxRule) ?? own(old?.taxRule, supplier?.taxRule),
    taxCalculation: calculationOf(calculation, old?.taxCalculation),
    terms: filled(terms) ?? own(old?.terms, supplier?.paymentTerm),
    requiredBy: fields.date('RequiredBy') ?? (fields.has('RequiredBy') ? null : (old?.requiredBy ?? null)),
    location: location ?? old?.location ?? '',
    note: fields.text('Note', { max: 1024 }) ?? old?.note ?? '',
    currencyRate: readRate(fields, { state, supplier: supplierChanged ? supplier : undefined, old }),
    attributes: readAttributes(fields.object('AdditionalAttributes'), old?.attributes),
  };
  return { header, type: face === 'purchase' ? 'Simple' : type };
}

/** By identifier or by name; when both are given and differ, the identifier wins. */
function readSupplierReference(fields: Fields, { state, problems, existing }: Reading): Supplier | undefined {
  const id = fields.guid('SupplierID');
  const name = fields.text('Supplier', { max: 256 });
  if (id === undefined && (name === undefined || name === null || name === '')) {
    if (existing === undefined) problems.add(recorded.missing('SupplierID'));
    return undefined;
  }
  const found = id === undefined ? state.suppliersNamed(name ?? '')[0] : state.supplier(id);
  if (found === undefined) {
    if (id === undefined) problems.add(assumed.supplierNameNotFound(name ?? ''), 404);
    else problems.add(assumed.supplierNotFound, 404);
  } else if (found.status === 'Deprecated' && state.switches.deprecatedSupplierPurchase === 'refused') {
    problems.add(assumed.supplierDeprecated(found.name));
  }
  return found;
}

function readType(fields: Fields, { state, existing }: Reading): Purchase['type'] {
  const type = fields.text('PurchaseType', existing === undefined ? { oneOf: ['Simple', 'Advanced'] } : {});
  const serviceOnly = fields.flag('IsServiceOnly');
  if (existing !== undefined) return existing.type;
  if (serviceOnly === true) return 'Service';
  const named = filled(type)?.toLowerCase();
  if (named === undefined) return state.switches.purchaseTypeDefault;
  return named === 'advanced' ? 'Advanced' : 'Simple';
}

function approachOf(
  sent: string | null | undefined,
  type: Purchase['type'],
  kept: 'INVOICE' | 'STOCK' | undefined,
): 'INVOICE' | 'STOCK' {
  if (type === 'Service') return 'INVOICE';
  if (sent === undefined || sent === null) return kept ?? 'INVOICE';
  return sent.toUpperCase() === 'STOCK' ? 'STOCK' : 'INVOICE';
}

function calculationOf(
  sent: string | null | undefined,
  kept: 'Inclusive' | 'Exclusive' | undefined,
): 'Inclusive' | 'Exclusive' {
  const named = filled(sent)?.toLowerCase();
  if (named === undefined) return kept ?? 'Exclusive';
  return named === 'inclusive' ? 'Inclusive' : 'Exclusive';
}

/** Base units per unit of the supplier's currency; five decimals were seen live. */
function readRate(
  fields: Fields,
  from: { state: CompanyState; supplier: Supplier | undefined; old: PurchaseHeader | undefined },
): number {
  const sent = fields.decimal('CurrencyRate');
  if (sent !== undefined && !sent.eq(0)) return Number(roundTo(sent, 5).toString());
  if (from.supplier === undefined) return from.old?.currencyRate ?? 1;
  const { company } = from.state;
  return from.supplier.currency === company.me.Currency
    ? 1
    : (company.currencyRates[from.supplier.currency] ?? 1);
}

function readAddress(fields: Fields | undefined): Address | undefined {
  if (fields === undefined) return undefined;
  const part = (name: string, max: number): string => fields.text(name, { max }) ?? '';
  return {
    line1: part('Line1', 256),
    line2: part('Line2', 256),
    city: part('City', 256),
    state: part('State', 256),
    postcode: part('Postcode', 20),
    country: part('Country', 256),
    shipToOther: fields.flag('ShipToOther') ?? false,
    company: filled(fields.text('Company', { max: 128 })) ?? null,
  };
}

function readAttributes(fields: Fields | undefined, old: readonly string[] | undefined): string[] {
  return ATTRIBUTE_NUMBERS.map(
    (number, index) => fields?.text(`AdditionalAttribute${number}`, { max: 256 }) ?? old?.[index] ?? '',
  );
}

function defaultContact(supplier: Supplier | undefined, field: string): string {
  const contact = supplier?.contacts.find((row) => row.fields['Default'] === true) ?? supplier?.contacts[0];
  const value = contact?.fields[field];
  return typeof value === 'string' ? value : '';
}

function filled(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text === '' ? undefined : text;
}
