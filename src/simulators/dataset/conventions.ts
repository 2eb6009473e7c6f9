/**
 * The codes of the make-believe JDE environment: what public purchasing data never tells, chosen once, here.
 * Every choice is deterministic; optional CSV columns override it per row.
 */

export interface Company {
  readonly company: string;
  readonly name: string;
  readonly currency: string;
  /** Where goods go if an order names no branch/plant: code and name. One is picked by a hash of the department. */
  readonly branchPlants: readonly (readonly [string, string])[];
}

/** One company per currency of the sources; the first of a currency takes the orders that name no company. */
export const COMPANIES: readonly Company[] = [
  {
    company: '00001',
    name: 'Sample Trading Company',
    currency: 'USD',
    branchPlants: [
      ['30', 'Eastern Depot'],
      ['40', 'Southern Depot'],
      ['32', 'Western Depot'],
    ],
  },
  {
    company: '00010',
    name: 'Northern Services Company',
    currency: 'GBP',
    branchPlants: [
      ['1030', 'Northern Depot'],
      ['1040', 'Tyne Depot'],
    ],
  },
  {
    company: '00020',
    name: 'Continental Works Company',
    currency: 'EUR',
    branchPlants: [
      ['2030', 'Continental Depot East'],
      ['2040', 'Continental Depot West'],
    ],
  },
  {
    company: '00070',
    name: 'Sample Europe Company',
    currency: 'EUR',
    branchPlants: [['710', 'Atlantic Depot']],
  },
];

/** `target` is the name of the same term in Cin7. A blank code is a real code, as a rule the default one. */
export interface PaymentTerm {
  readonly code: string;
  readonly description: string;
  readonly netDays: number;
  readonly discountPercent: string;
  readonly discountDays: number;
  readonly target: string;
}

export const PAYMENT_TERMS: readonly PaymentTerm[] = [
  {
    code: '',
    description: 'Net 30 Days (default)',
    netDays: 30,
    discountPercent: '0',
    discountDays: 0,
    target: '30 days',
  },
  {
    code: 'N30',
    description: 'Net 30 Days',
    netDays: 30,
    discountPercent: '0',
    discountDays: 0,
    target: '30 days',
  },
  {
    code: 'N14',
    description: 'Net 14 Days',
    netDays: 14,
    discountPercent: '0',
    discountDays: 0,
    target: '14 days',
  },
  {
    code: 'N45',
    description: 'Net 45 Days',
    netDays: 45,
    discountPercent: '0',
    discountDays: 0,
    target: '45 days',
  },
  {
    code: 'N60',
    description: 'Net 60 Days',
    netDays: 60,
    discountPercent: '0',
    discountDays: 0,
    target: '60 days',
  },
  {
    code: '210',
    description: '2% 10 Days, Net 30',
    netDays: 30,
    discountPercent: '2.000',
    discountDays: 10,
    target: '2% 10, net 30',
  },
  {
    code: 'COD',
    description: 'Due on Receipt',
    netDays: 0,
    discountPercent: '0',
    discountDays: 0,
    target: 'Due on receipt',
  },
];

/** Terms of a supplier whose row names none: the entry at (hash of the supplier number) modulo the length. */
export const DEFAULT_TERMS: readonly string[] = ['', 'N30', 'N45', '', 'N30', 'N60', '210', 'N14', '', 'COD'];

/** A tax explanation code with a tax area, and what the pair means: the rule of that name in Cin7. */
export interface TaxCode {
  readonly explanation: string;
  readonly area: string;
  readonly percent: string;
  readonly description: string;
  readonly target: string;
}

export const TAX_CODES: readonly TaxCode[] = [
  { explanation: '', area: '', percent: '0.000', description: '', target: 'Tax Exempt' },
  { explanation: 'E', area: 'EXEMPT', percent: '0.000', description: 'Exempt', target: 'Tax Exempt' },
  {
    explanation: 'S',
    area: 'USSALES6',
    percent: '6.000',
    description: 'US sales tax 6%',
    target: 'Sales Tax 6%',
  },
  { explanation: 'V', area: 'GBVAT20', percent: '20.000', description: 'UK VAT 20%', target: 'UK VAT 20%' },
  { explanation: 'V', area: 'EUVAT18', percent: '18.000', description: 'VAT 18%', target: 'VAT 18%' },
];

/** Tax of a supplier whose row names none, by its currency: picked like the terms. */
export const DEFAULT_TAX_AREAS: Readonly<Record<string, readonly string[]>> = {
  USD: ['', 'EXEMPT', '', ''],
  GBP: ['GBVAT20', 'GBVAT20', 'EXEMPT'],
  EUR: ['EUVAT18'],
};

/** Decimals of the amounts of a currency (F0013). */
export const CURRENCY_DECIMALS: Readonly<Record<string, number>> = {
  USD: 2,
  GBP: 2,
  EUR: 2,
  JPY: 0,
  CHF: 2,
  KWD: 3,
};

export const CURRENCY_NAMES: Readonly<Record<string, string>> = {
  USD: 'US Dollar',
  GBP: 'British Pound',
  EUR: 'Euro',
  JPY: 'Japanese Yen',
  CHF: 'Swiss Franc',
  KWD: 'Kuwaiti Dinar',
};

/** Order type per kind of order. */
export const ORDER_TYPES: Readonly<Record<string, string>> = {
  purchase_order: 'OP',
  contract: 'OP',
  ap_voucher: 'OP',
  warehouse_release: 'OR',
};

export const DEFAULT_UNIT = 'EA';
export const DEFAULT_NEXT_STATUS = '280';
export const DEFAULT_LAST_STATUS = '220';
export const CLOSED_STATUS = '999';
export const DEFAULT_COMPANY = '00001';

/** FNV-1a over UTF-16 units: small, stable over releases and machines. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** The entry of a list that a key falls on, or `fallback` if the list is empty. */
export function pick<T>(list: readonly T[], key: string, fallback: T): T {
  return list[hashOf(key) % Math.max(list.length, 1)] ?? fallback;
}

/** An optional cell: its text, `''` for `*BLANK`, else what the rule says. */
export function override(cell: string | undefined, rule: string): string {
  if (cell === undefined || cell === '') return rule;
  return cell === '*BLANK' ? '' : cell;
}
