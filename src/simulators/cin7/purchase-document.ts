import { blank, combineCharges, type DocumentShape, paymentRows } from './document-parts.ts';
import type { JsonObject } from './json.ts';
import { withProductDetails } from './product-details.ts';
import { advancedBlocks, simpleBlocks } from './purchase-blocks.ts';
import type { Address, Purchase } from './purchase-model.ts';
import { combinedInvoiceStatus, paymentStatus, purchaseStatus, receivingStatus } from './purchase-status.ts';
import type { CompanyState } from './state.ts';
import { ATTRIBUTE_NUMBERS } from './supplier-model.ts';
import { stampOf } from './times.ts';

/** The whole purchase: header, order, stock, invoice, credit note, journals, attachments. */
export function purchaseDocument(purchase: Purchase, state: CompanyState, shape: DocumentShape): JsonObject {
  const blocks = shape.face === 'advanced' ? advancedBlocks : simpleBlocks;
  return {
    ...purchaseHeaderRow(purchase, state, shape),
    Order: orderBlock(purchase, state, shape),
    ...blocks(purchase, state, shape),
    AdditionalAttributes: attributesOf(purchase),
    Attachments: purchase.attachments,
    InventoryMovements: purchase.movements.map((row) => withProductDetails(row, state)),
  };
}

/** The header without documents: also what the Purchase/Updated webhook carries. */
export function purchaseHeaderRow(purchase: Purchase, state: CompanyState, shape: DocumentShape): JsonObject {
  const { header } = purchase;
  const advanced = shape.face === 'advanced';
  const types: JsonObject = {
    Type: `${purchase.type} Purchase`,
    CombinedInvoiceStatus: combinedInvoiceStatus(purchase),
    CombinedReceivingStatus: receivingStatus(purchase),
    CombinedPaymentStatus: paymentStatus(purchase),
    IsServiceOnly: purchase.type === 'Service',
  };
  return {
    ID: purchase.id,
    SupplierID: header.supplierId,
    Supplier: header.supplierName,
    Contact: header.contact,
    Phone: blank(header.phone, shape.written),
    InventoryAccount: state.company.inventoryAccount ?? null,
    BlindReceipt: header.blindReceipt,
    Approach: header.approach,
    BillingAddress: billingBlock(header.billing, state, shape),
    ShippingAddress: shippingBlock(header.shipping, state, shape),
    BaseCurrency: state.company.me.Currency,
    SupplierCurrency: header.supplierCurrency,
    TaxRule: header.taxRule,
    TaxCalculation: header.taxCalculation,
    Terms: header.terms,
    RequiredBy: header.requiredBy,
    Location: header.location,
    Note: blank(header.note, shape.written && !advanced),
    OrderNumber: purchase.orderNumber,
    ...(advanced ? types : {}),
    OrderDate: purchase.orderDate,
    Status: purchaseStatus(purchase, state.switches),
    RelatedDropShipSaleTask: null,
    CurrencyRate: header.currencyRate,
    LastUpdatedDate: stampOf(purchase.updatedAt),
  };
}

function orderBlock(purchase: Purchase, state: CompanyState, shape: DocumentShape): JsonObject {
  const { order } = purchase;
  const { lines, charges } = combineCharges(order, { combined: shape.combined, state });
  return {
    Memo: blank(order.memo, shape.written && shape.face === 'purchase'),
    Status: order.status,
    Lines: lines.map((line) => withProductDetails(line, state)),
    AdditionalCharges: charges,
    Prepayments: paymentRows(purchase.payments, 'Prepayment'),
    TotalBeforeTax: order.totals.beforeTax,
    Tax: order.totals.tax,
    Total: order.totals.total,
  };
}

function billingBlock(address: Address | undefined, state: CompanyState, shape: DocumentShape): JsonObject {
  const hidden = shape.written && state.switches.billingLinesInWriteAnswer === 'hidden';
  if (hidden && shape.face === 'purchase') return { ...display(null, null), ...lines(undefined, false) };
  return { ...displayOf(address), ...lines(hidden ? undefined : address, false) };
}

function shippingBlock(address: Address | undefined, state: CompanyState, shape: DocumentShape): JsonObject {
  const toOther = { ShipToOther: address?.shipToOther ?? false };
  const company = address?.shipToOther === true ? { Company: address.company } : {};
  if (address === undefined) return { ...defaultShipping(state), ...lines(undefined, false), ...toOther };
  return { ...displayOf(address), ...lines(address, shape.face === 'purchase'), ...toOther, ...company };
}

/** Without an address of its own, a purchase ships to the company's default shipping address. */
function defaultShipping(state: CompanyState): JsonObject {
  const row = state.addresses.rows.find(
    (found) => found['Type'] === 'Shipping' && found['DefaultForType'] === true,
  );
  const part = (name: string): string => (typeof row?.[name] === 'string' ? row[name] : '');
  return display(
    joined([part('Line1'), part('Line2')]),
    joined([part('CitySuburb'), part('StateProvince'), part('ZipPostCode')]),
  );
}

function displayOf(address: Address | undefined): JsonObject {
  if (address === undefined) return display('', '');
  const { line1, line2, city, state, postcode, country } = address;
  return display(joined([line1, line2]), joined([city, state, postcode, countryName(country)]));
}

function display(line1: string | null, line2: string | null): JsonObject {
  return { DisplayAddressLine1: line1, DisplayAddressLine2: line2 };
}

function lines(address: Address | undefined, fullCountry: boolean): JsonObject {
  return {
    Line1: address?.line1 ?? null,
    Line2: address?.line2 ?? null,
    City: address?.city ?? null,
    State: address?.state ?? null,
    Postcode: address?.postcode ?? null,
    Country: address === undefined ? null : fullCountry ? countryName(address.country) : address.country,
  };
}

/** The one abbreviation that the examples show written out. */
function countryName(country: string): string {
  return country === 'USA' ? 'United States' : country;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function attributesOf(purchase: Purchase): JsonObject {
  return Object.fromEntries(
    ATTRIBUTE_NUMBERS.map((number, index) => [
      `AdditionalAttribute${number}`,
      purchase.header.attributes[index] ?? '',
    ]),
  );
}
