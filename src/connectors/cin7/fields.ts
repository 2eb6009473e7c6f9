import type { Decimal } from '../../domain/decimal.ts';

/**
 * What is sent to and read from Cin7 Core, in its own words.
 * Source: Cin7 Core API documentation (supplier, purchase, reference books) and what integrators measured.
 * Money and quantities are decimal text here; the client writes them as exact JSON numbers.
 */

/** Fields of `POST /supplier` and `PUT /supplier` that the connector owns. Texts that are empty clear the field. */
export interface SupplierFields {
  readonly Name: string;
  readonly Currency: string;
  readonly PaymentTerm: string;
  readonly AccountPayable: string;
  readonly TaxRule: string;
  readonly Status: 'Active' | 'Deprecated';
  readonly TaxNumber: string;
  readonly Comments: string;
  readonly Addresses: readonly SupplierAddressFields[];
  readonly Contacts: readonly SupplierContactFields[];
}

export interface SupplierAddressFields {
  readonly ID?: string;
  readonly Line1: string;
  readonly Line2: string;
  readonly City: string;
  readonly State: string;
  readonly Postcode: string;
  readonly Country: string;
  readonly Type: 'Billing' | 'Business' | 'Shipping';
  readonly DefaultForType: boolean;
}

export interface SupplierContactFields {
  readonly ID?: string;
  readonly Name: string;
  readonly Phone: string;
  readonly MobilePhone: string;
  readonly Fax: string;
  readonly Email: string;
  readonly Website: string;
  readonly Default: boolean;
  readonly IncludeInEmail: boolean;
}

/** A supplier as Cin7 answers it. Texts that Cin7 answers as null are `''`. Extra members are dropped. */
export interface Cin7Supplier {
  readonly ID: string;
  readonly Name: string;
  readonly Currency: string;
  readonly PaymentTerm: string;
  readonly AccountPayable: string;
  readonly TaxRule: string;
  /** `Active` or `Deprecated`; live answers differ in case. */
  readonly Status: string;
  readonly TaxNumber: string;
  readonly Comments: string;
  readonly Addresses: readonly Cin7SupplierAddress[];
  readonly Contacts: readonly Cin7SupplierContact[];
  readonly LastModifiedOn: string;
}

/** Nested rows may lack an `ID` in answers (documentation example) or have one (live). */
export type Cin7SupplierAddress = Omit<SupplierAddressFields, 'Type'> & { readonly Type: string };
export type Cin7SupplierContact = SupplierContactFields;

/** Fields of the purchase header (`POST` and `PUT /advanced-purchase`) that the connector owns. */
export interface PurchaseHeaderFields {
  readonly SupplierID: string;
  readonly Location: string;
  readonly Approach: 'INVOICE' | 'STOCK';
  readonly PurchaseType?: 'Simple' | 'Advanced';
  readonly IsServiceOnly?: boolean;
  readonly TaxRule: string;
  readonly TaxCalculation?: 'Inclusive' | 'Exclusive';
  readonly Terms: string;
  /** `yyyy-MM-dd`, or empty for none. */
  readonly RequiredBy: string;
  readonly Note: string;
}

/** `POST /purchase/order`. Overwrites all lines and charges. */
export interface OrderFields {
  readonly Status: 'DRAFT' | 'AUTHORISED';
  readonly Memo: string;
  readonly Lines: readonly OrderLineFields[];
  readonly AdditionalCharges: readonly OrderChargeFields[];
}

export interface OrderLineFields {
  /** Documented as required beside the SKU; live clients leave it out. Answers are not read for it. */
  readonly ProductID?: string;
  readonly SKU: string;
  readonly Name: string;
  readonly Quantity: Decimal;
  readonly Price: Decimal;
  readonly Discount: Decimal;
  readonly Tax: Decimal;
  readonly TaxRule: string;
  readonly Comment: string;
  readonly Total: Decimal;
}

export interface OrderChargeFields {
  /** Name of a Service product. */
  readonly Description: string;
  readonly Reference: string;
  readonly Quantity: Decimal;
  readonly Price: Decimal;
  readonly Discount: Decimal;
  readonly Tax: Decimal;
  readonly TaxRule: string;
  readonly Total: Decimal;
}

/** A purchase as `/advanced-purchase` answers it, as far as the connector looks at it. */
export interface Cin7Purchase {
  readonly ID: string;
  readonly OrderNumber: string;
  readonly SupplierID: string;
  readonly Supplier: string;
  readonly Status: string;
  readonly Note: string;
  readonly Location: string;
  readonly Terms: string;
  readonly TaxRule: string;
  readonly Approach: string;
  readonly RequiredBy: string;
  readonly SupplierCurrency: string;
  readonly CombinedReceivingStatus: string;
  readonly CombinedInvoiceStatus: string;
  readonly LastUpdatedDate: string;
  readonly Order: {
    /** `NOT AVAILABLE`, `DRAFT`, `AUTHORISED` or `VOIDED`. */
    readonly Status: string;
    readonly Memo: string;
    readonly Lines: readonly Omit<OrderLineFields, 'Discount'>[];
    readonly AdditionalCharges: readonly Omit<OrderChargeFields, 'Discount'>[];
    readonly Total: Decimal;
  };
}

/** A row of `/purchaseList`. It has neither note nor total. */
export interface Cin7PurchaseListRow {
  readonly ID: string;
  readonly OrderNumber: string;
  readonly SupplierID: string;
  readonly Supplier: string;
  readonly Status: string;
  readonly OrderStatus: string;
  readonly SupplierCurrency: string;
  readonly CombinedReceivingStatus: string;
  readonly CombinedInvoiceStatus: string;
  readonly LastUpdatedDate: string;
}

export interface Cin7Account {
  /** The key; there is no ID. */
  readonly Code: string;
  readonly Name: string;
  readonly Type: string;
  readonly Class: string;
  /** `ACTIVE` or `ARCHIVED`. */
  readonly Status: string;
  readonly SystemAccount: string;
  readonly SystemAccountCode: string;
}

export interface Cin7PaymentTerm {
  readonly ID: string;
  readonly Name: string;
  readonly Duration: number;
  readonly IsActive: boolean;
  readonly IsDefault: boolean;
}

export interface Cin7TaxRule {
  readonly ID: string;
  readonly Name: string;
  readonly IsActive: boolean;
  readonly IsTaxForPurchase: boolean;
  readonly TaxInclusive: boolean;
  readonly TaxPercent: Decimal;
}

export interface Cin7Location {
  readonly ID: string;
  readonly Name: string;
  readonly IsDeprecated: boolean;
  readonly IsDefault: boolean;
}

export interface Cin7Unit {
  readonly ID: string;
  readonly Name: string;
}

export interface Cin7Product {
  readonly ID: string;
  readonly SKU: string;
  readonly Name: string;
  /** `Stock`, `Service` or others. Live answers differ in case. */
  readonly Type: string;
  readonly UOM: string;
  readonly Status: string;
  readonly ExpenseAccount: string;
}

/** `GET /me`, as far as the connector looks at it. */
export interface Cin7Company {
  readonly Company: string;
  readonly Currency: string;
  readonly TimeZone: string;
  readonly LockDate: string;
  readonly TaxCalculationMethod: string;
}
