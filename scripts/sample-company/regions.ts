import type { OrderRow } from '../../src/simulators/dataset/index.ts';

/** A branch/plant of the sample company with the company that owns it. */
export interface Branch {
  readonly unit: string;
  readonly name: string;
  readonly company: string;
}

export const BRANCHES = {
  east: { unit: '110', name: 'East Africa Depot', company: '00001' },
  south: { unit: '120', name: 'Southern Africa Depot', company: '00001' },
  west: { unit: '130', name: 'West Africa Depot', company: '00001' },
  asia: { unit: '140', name: 'Asia Depot', company: '00001' },
  caribbean: { unit: '150', name: 'Caribbean Depot', company: '00001' },
  transit: { unit: '160', name: 'Transit Store', company: '00001' },
  atlantic: { unit: '710', name: 'Atlantic Depot', company: '00070' },
  central: { unit: '720', name: 'Central Africa Depot', company: '00070' },
} as const satisfies Record<string, Branch>;

const COUNTRIES: Readonly<Record<Exclude<keyof typeof BRANCHES, 'transit'>, readonly string[]>> = {
  east: ['Burundi', 'Ethiopia', 'Kenya', 'Malawi', 'Rwanda', 'South Sudan', 'Sudan', 'Tanzania', 'Uganda'],
  south: [
    'Angola',
    'Botswana',
    'Lesotho',
    'Mozambique',
    'Namibia',
    'South Africa',
    'Swaziland',
    'Zambia',
    'Zimbabwe',
  ],
  west: ['Ghana', 'Liberia', 'Nigeria', 'Sierra Leone'],
  asia: ['Afghanistan', 'Kazakhstan', 'Kyrgyzstan', 'Pakistan', 'Vietnam'],
  caribbean: ['Dominican Republic', 'Guatemala', 'Guyana', 'Haiti'],
  atlantic: ["Côte d'Ivoire", 'Benin', 'Burkina Faso', 'Mali'],
  central: ['Cameroon', 'Congo, DRC'],
};

/** The branch/plant that serves the order's destination. */
export function branchOf(order: OrderRow): Branch {
  for (const [name, countries] of Object.entries(COUNTRIES)) {
    // Holds: the keys of COUNTRIES are keys of BRANCHES.
    if (countries.includes(order.destination_country)) return BRANCHES[name as keyof typeof COUNTRIES];
  }
  throw new Error(`order ${order.order_id}: no branch serves '${order.destination_country}'`);
}

/** Made-up yearly rates, euros per US dollar. */
const EUROS_PER_DOLLAR: Readonly<Record<string, string>> = {
  2006: '0.7970',
  2007: '0.7310',
  2008: '0.6830',
  2009: '0.7190',
  2010: '0.7550',
  2011: '0.7190',
  2012: '0.7780',
  2013: '0.7530',
  2014: '0.7540',
  2015: '0.9020',
};

const DOLLARS_PER_EURO = '1.1000';

export function exchangeRate(order: { currency: string; date: string }): string {
  if (order.currency === 'EUR') return DOLLARS_PER_EURO;
  return EUROS_PER_DOLLAR[order.date.slice(0, 4)] ?? '0.7500';
}
