import { onTestFinished } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import {
  type Cin7Company,
  type Cin7Simulator,
  type Cin7SimulatorOptions,
  startCin7Simulator,
} from '../../simulators/cin7/index.ts';
import { type OpenCallBudget, openCallBudget } from '../http/budget.ts';
import { memoryLedger } from '../http/memory-ledger.ts';
import { type Cin7Credentials, type Cin7Settings, cin7BudgetTerms, cin7Settings } from './config.ts';
import type { OrderFields, OrderLineFields, PurchaseHeaderFields, SupplierFields } from './fields.ts';
import { type Cin7Target, openCin7Target } from './target.ts';

export const never = new AbortController().signal;

/** A clock that jumps ahead by what is slept, so that waiting costs no time. */
export function jumpingClock(startMs = 1_800_000_000_000) {
  let timeMs = startMs;
  const slept: number[] = [];
  return {
    now: () => timeMs,
    slept,
    sleep: async (ms: number): Promise<void> => {
      slept.push(ms);
      timeMs += ms;
    },
  };
}

export interface Bench {
  readonly cin7: Cin7Simulator;
  readonly target: Cin7Target;
  readonly budget: OpenCallBudget;
  readonly clock: ReturnType<typeof jumpingClock>;
  readonly settings: Cin7Settings;
}

interface BenchOptions extends Partial<Omit<Cin7SimulatorOptions, 'clock'>> {
  readonly settings?: Partial<Cin7Settings>;
  readonly credentials?: Partial<Cin7Credentials>;
  /** Default: the simulator. */
  readonly allowHosts?: readonly string[];
}

/** A simulator and a target that talks to it over HTTP, both closed when the test ends. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const clock = jumpingClock();
  const cin7 = await startCin7Simulator({ company: smallCompany, ...options, clock });
  const settings = { ...cin7Settings.parse({ url: cin7.url }), ...options.settings };
  const credentials = {
    accountId: cin7.accountId,
    applicationKey: cin7.applicationKey,
    ...options.credentials,
  };
  const { now, sleep } = clock;
  const budget = openCallBudget({
    ledger: memoryLedger(),
    ...cin7BudgetTerms(settings, credentials),
    now,
    sleep,
  });
  const target = openCin7Target({
    settings,
    credentials,
    budget,
    allowHosts: options.allowHosts ?? [new URL(settings.url).host],
    now,
    sleep,
    random: () => 0.5,
  });
  onTestFinished(async () => {
    await cin7.stop();
    await target.close();
  });
  return { cin7, target, budget, clock, settings };
}

export const smallCompany: Cin7Company = {
  me: { Company: 'Sample Books', Currency: 'USD', TimeZone: 'UTC' },
  accounts: [
    {
      Code: '800',
      Name: 'Accounts Payable',
      Type: 'CURRLIAB',
      Class: 'LIABILITY',
      SystemAccount: 'Accounts payable',
      SystemAccountCode: 'CREDITORS',
    },
    { Code: '400', Name: 'Advertising', Type: 'EXPENSE', Class: 'EXPENSE' },
    { Code: '820', Name: 'Tax', Type: 'CURRLIAB', Class: 'LIABILITY' },
    { Code: '499', Name: 'Old Expense', Type: 'EXPENSE', Class: 'EXPENSE', Status: 'ARCHIVED' },
  ],
  paymentTerms: [
    { Name: '30 days', Duration: 30 },
    { Name: 'Cash', Duration: 0, IsActive: false },
  ],
  taxRules: [{ Name: 'Tax Exempt', TaxPercent: 0, Account: '820' }],
  locations: [{ Name: 'Main Warehouse', IsDefault: true }],
  units: ['Item'],
  categories: ['Other'],
  products: [
    { SKU: 'BIKE', Name: 'Bicycle', Type: 'Stock', UOM: 'Item', Category: 'Other' },
    { SKU: 'PUMP', Name: 'Pump', Type: 'Stock', UOM: 'Item', Category: 'Other' },
    {
      SKU: 'FREIGHT',
      Name: 'Freight',
      Type: 'Service',
      UOM: 'Item',
      Category: 'Other',
      ExpenseAccount: '400',
    },
  ],
  suppliers: [],
  currencyRates: { USD: 1 },
};

export function supplierFields(changes: Partial<SupplierFields> = {}): SupplierFields {
  return {
    Name: 'Parts Emporium',
    Currency: 'USD',
    PaymentTerm: '30 days',
    AccountPayable: '800',
    TaxRule: 'Tax Exempt',
    Status: 'Active',
    TaxNumber: '',
    Comments: 'JDE 4343',
    Addresses: [],
    Contacts: [],
    ...changes,
  };
}

export function headerFields(
  supplierId: string,
  changes: Partial<PurchaseHeaderFields> = {},
): PurchaseHeaderFields {
  return {
    SupplierID: supplierId,
    Location: 'Main Warehouse',
    Approach: 'INVOICE',
    TaxRule: 'Tax Exempt',
    Terms: '30 days',
    RequiredBy: '2027-03-01',
    Note: 'JDE 00001-OP-1234-000',
    ...changes,
  };
}

export function lineFields(changes: Partial<OrderLineFields> = {}): OrderLineFields {
  return {
    SKU: 'BIKE',
    Name: 'Bicycle',
    Quantity: decimal(2),
    Price: decimal('10.25'),
    Discount: decimal(0),
    Tax: decimal(0),
    TaxRule: 'Tax Exempt',
    Comment: '',
    Total: decimal('20.50'),
    ...changes,
  };
}

export const orderFields = (lines: readonly OrderLineFields[]): OrderFields => ({
  Status: 'DRAFT',
  Memo: '',
  Lines: lines,
  AdditionalCharges: [],
});
