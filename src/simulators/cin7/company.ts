/**
 * What a Cin7 Core company holds before anything is synced, in the words of the API
 * (`/ref/account`, `/ref/paymentterm`, `/ref/tax`, `/ref/location`, `/product`, `/supplier`, `/me`).
 * Only the members that a caller wants to set are given; the simulator fills in the rest.
 */
export interface Cin7Company {
  readonly me: { readonly Company: string; readonly Currency: string; readonly TimeZone: string };
  readonly accounts: readonly Cin7AccountSeed[];
  readonly paymentTerms: readonly {
    readonly Name: string;
    readonly Duration: number;
    readonly IsActive?: boolean;
  }[];
  readonly taxRules: readonly {
    readonly Name: string;
    readonly TaxPercent: number;
    readonly Account: string;
    readonly IsActive?: boolean;
  }[];
  readonly locations: readonly Cin7LocationSeed[];
  readonly units: readonly string[];
  readonly categories: readonly string[];
  readonly brands?: readonly string[];
  readonly carriers?: readonly string[];
  readonly attributeSets?: readonly string[];
  readonly products: readonly Cin7ProductSeed[];
  readonly suppliers: readonly Cin7SupplierSeed[];
  /** Base-currency units per unit of the supplier's currency, by ISO code. */
  readonly currencyRates: Readonly<Record<string, number>>;
  /** Account mapping's inventory account, answered as `InventoryAccount` of purchases. */
  readonly inventoryAccount?: string;
  /** Prepaid amounts, listed by `/ref/supplier/deposits`. */
  readonly supplierDeposits?: readonly Cin7DepositSeed[];
}

/** A row of the chart. `SystemAccountCode: 'CREDITORS'` marks the payables account. */
export interface Cin7AccountSeed {
  readonly Code: string;
  readonly Name: string;
  readonly Type: string;
  readonly Class: 'ASSET' | 'LIABILITY' | 'EXPENSE' | 'EQUITY' | 'REVENUE';
  readonly Status?: 'ACTIVE' | 'ARCHIVED';
  readonly SystemAccount?: string;
  readonly SystemAccountCode?: string;
  readonly Description?: string;
  /** Of an account of Type BANK. */
  readonly Bank?: string;
  readonly BankAccountNumber?: string;
}

/** A stock location. */
export interface Cin7LocationSeed {
  readonly Name: string;
  readonly IsDefault?: boolean;
  readonly ID?: string;
  readonly IsDeprecated?: boolean;
}

/** A product; a service product names its `ExpenseAccount`. */
export interface Cin7ProductSeed {
  readonly SKU: string;
  readonly Name: string;
  readonly Type: 'Stock' | 'Service';
  readonly UOM: string;
  readonly Category: string;
  readonly ExpenseAccount?: string;
  readonly InventoryAccount?: string;
  readonly Status?: string;
  readonly ID?: string;
}

/** A supplier that people typed in before the connector came. */
export interface Cin7SupplierSeed {
  readonly Name: string;
  readonly Currency: string;
  readonly PaymentTerm: string;
  readonly TaxRule: string;
  readonly AccountPayable: string;
  readonly Status?: 'Active' | 'Deprecated';
  readonly Comments?: string;
  readonly ID?: string;
}

/** A prepayment held by a supplier. */
export interface Cin7DepositSeed {
  readonly SupplierName: string;
  readonly Account: string;
  readonly Amount: number;
  readonly RemainingAmount: number;
  readonly Date: string;
}
