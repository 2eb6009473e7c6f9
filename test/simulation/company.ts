import type { Cin7Company } from '../../src/simulators/cin7/index.ts';
import {
  type CrosswalkRow,
  type Dataset,
  type DatasetTables,
  toCin7Company,
  toCrosswalk,
  toJdeTables,
} from '../../src/simulators/dataset/index.ts';
import { account, item, line, order, supplier } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import type { Chance } from './chance.ts';

/** What both systems hold before the story, and what the customer has mapped. */
export interface DrawnCompany {
  readonly tables: DatasetTables;
  readonly cin7: Cin7Company;
  /** What was imported before the first run. */
  readonly crosswalk: readonly CrosswalkRow[];
  /** Codes that the customer left out, and may map later. */
  readonly unmapped: readonly CrosswalkRow[];
  readonly items: readonly string[];
}

type SupplierCells = Parameters<typeof supplier>[0];
type OrderCells = Parameters<typeof order>[0];
type LineCells = Parameters<typeof line>[0];
type LineFields = NonNullable<LineCells>;

const NAMES = [
  'Parts Emporium',
  'Acme Tools',
  'Nordic Bolts',
  'Global Fasteners',
  'O’Brien & Sons',
  'Ünal Makina',
] as const;
const CITIES = ['Denver', 'Galway', 'Bergen', 'Lyon'] as const;
const TERMS = ['', 'N30', 'N45', '*BLANK', 'N60'] as const;
export const ITEM_NUMBERS = ['IT-1', 'IT-2', 'IT-3', 'IT-4', 'IT-5'] as const;
const ITEMS = ITEM_NUMBERS.map((number, place) =>
  item({ item_id: String(60_011 + place), item_number: number, description: `Item ${number}` }),
);
/** Business unit, object, whether it may be posted to. */
const ACCOUNTS = [
  ['30', '1411'],
  ['30', '5010'],
  ['30', '5020'],
  ['40', '5010'],
  ['40', '5030'],
] as const;

/** Draws a small company. The rows of the two systems fit each other but for what the seed leaves out. */
export function drawCompany(chance: Chance, day: string): DrawnCompany {
  const suppliers = Array.from({ length: chance.whole(3, 8) }, (_, place) => drawSupplier(place, chance));
  const usable = suppliers.filter((row) => row.supplier_id !== undefined);
  const orders: OrderCells[] = [];
  const lines: LineCells[] = [];
  for (let place = 0; place < chance.whole(4, 12); place += 1) {
    const of = chance.oneOf(usable) ?? usable[0] ?? {};
    const drawn = drawOrder(1001 + place, of, chance, day);
    orders.push(drawn.order);
    lines.push(...drawn.lines);
  }
  const isPostable = !chance.hits(0.2);
  const dataset: Dataset = {
    suppliers: suppliers.map((cells) => supplier(cells)),
    purchaseOrders: orders.map((cells) => order(cells)),
    purchaseOrderLines: lines.map((cells) => line(cells)),
    items: ITEMS,
    accounts: ACCOUNTS.map(([unit, object]) =>
      account({
        account_id: `${unit}.${object}`,
        business_unit: unit,
        object,
        description: `Account ${object} of ${unit}`,
        ...(object === '5030' && !isPostable ? { posting_edit_code: 'N' } : {}),
      }),
    ),
  };
  const tables = toJdeTables(dataset, { stampDate: day });
  const company = toCin7Company(dataset, {
    omitItems: chance.hits(0.15) ? ['IT-5'] : [],
    omitObjects: chance.hits(0.15) ? ['5020'] : [],
  });
  const mapping = toCrosswalk(dataset);
  const left = mapping.filter((row) => isLeftOut(row, chance));
  return {
    tables,
    cin7: { ...company, suppliers: typedIn(suppliers, chance) },
    crosswalk: mapping.filter((row) => !left.includes(row)),
    unmapped: left,
    items: ITEM_NUMBERS,
  };
}

/** Codes that match by themselves are no loss when they are left out. */
function isLeftOut(row: CrosswalkRow, chance: Chance): boolean {
  if (row.kind === 'currency' || row.kind === 'country' || row.kind === 'unit') return false;
  return row.code !== '' && chance.hits(0.06);
}

export function drawSupplier(place: number, chance: Chance): NonNullable<SupplierCells> {
  const number = String(4001 + place * 7);
  const hasAddress = chance.hits(0.6);
  return {
    supplier_id: number,
    name: chance.hits(0.03)
      ? '**********'
      : `${chance.pick(NAMES)}${chance.hits(0.5) ? ` ${chance.whole(1, 3)}` : ''}`,
    currency: chance.weighted({ USD: 7, EUR: 2, GBP: 1 }),
    payment_terms: chance.pick(TERMS),
    tax_area: chance.pick(['', '*BLANK', 'EXEMPT']),
    phone: chance.hits(0.7) ? `555-01${chance.whole(10, 99)}` : '',
    fax: chance.hits(0.3) ? `555-02${chance.whole(10, 99)}` : '',
    email: chance.hits(0.5) ? `orders${number}@example.com` : '',
    registration_id: chance.hits(0.5) ? `77-${number}` : '',
    ...(hasAddress
      ? {
          address_line_1: `${chance.whole(1, 99)} Mill Lane`,
          city: chance.pick(CITIES),
          postal_code: String(chance.whole(10_000, 99_999)),
          country: chance.pick(['US', 'IE', 'FR']),
        }
      : {}),
  };
}

/** Suppliers that people typed in before the connector came: some of JDE's, in another letter case. */
function typedIn(suppliers: readonly NonNullable<SupplierCells>[], chance: Chance): Cin7Company['suppliers'] {
  return suppliers
    .filter(() => chance.hits(0.12))
    .map((cells) => ({
      Name: (cells.name ?? '').toUpperCase(),
      Currency: chance.hits(0.9) ? (cells.currency ?? 'USD') : 'GBP',
      PaymentTerm: '30 days',
      TaxRule: 'Tax Exempt',
      AccountPayable: '800',
      Comments: chance.hits(0.5) ? 'Pays in cash' : '',
    }));
}

const COMPANY_OF: Readonly<Record<string, string>> = { USD: '00001', GBP: '00010', EUR: '00020' };

/** An order with its lines. Most fit their supplier. */
export function drawOrder(
  number: number,
  of: NonNullable<SupplierCells>,
  chance: Chance,
  day: string,
): { readonly order: NonNullable<OrderCells>; readonly lines: readonly NonNullable<LineCells>[] } {
  const currency = chance.hits(0.93) ? (of.currency ?? 'USD') : 'GBP';
  const isForeign = currency !== 'USD' && chance.hits(0.5);
  const order_id = `O${number}`;
  const count = chance.whole(1, 4);
  const state = chance.weighted({ released: 16, early: 2, past: 1, cancelled: 1 });
  return {
    order: {
      order_id,
      order_seq: String(number),
      order_number: `PO-${number}`,
      supplier_id: of.supplier_id ?? '',
      order_date: day,
      currency,
      description: chance.hits(0.4) ? `Order ${number}` : '',
      company: isForeign ? '00001' : (COMPANY_OF[currency] ?? '00001'),
      ...(isForeign ? { base_currency: 'USD', exchange_rate: '1.1' } : {}),
      branch_plant: '30',
      ...(chance.hits(0.3) ? { requested_date: day } : {}),
      ...(chance.hits(0.05) ? { hold_code: 'B1' } : {}),
    },
    lines: Array.from({ length: count }, (_, place) => ({
      order_id,
      line_number: String(place + 1),
      currency,
      ...drawLine(chance),
      ...(chance.hits(0.03) ? { branch_plant: '40' } : {}),
      ...STATUS[state],
    })),
  };
}

const STATUS = {
  released: { next_status: '280', last_status: '220' },
  early: { next_status: '230', last_status: '220' },
  past: { next_status: '999', last_status: '400' },
  cancelled: { next_status: '999', last_status: '980' },
} as const;

function drawLine(chance: Chance): NonNullable<LineCells> {
  const kind = chance.weighted({ stock: 12, charge: 4, text: 1, odd: 1 });
  const quantity = String(chance.whole(1, 40));
  const amount = (chance.whole(1, 40_000) / 100).toFixed(2);
  const plain = { quantity, unit_price: '', extended_amount: amount };
  const accountId = chance.pick(['30.5010', '30.5020', '40.5010', '40.5030']);
  if (kind === 'text')
    return {
      ...plain,
      item_id: '',
      line_type: 'T',
      description: 'Handle with care',
      quantity: '',
      extended_amount: '0',
    };
  if (kind === 'charge')
    return {
      ...plain,
      item_id: '',
      source_row: '',
      line_type: 'F',
      account_id: accountId,
      description: 'Freight',
    };
  if (kind === 'odd') return { ...plain, ...chance.pick(ODD), account_id: accountId };
  const number = chance.whole(0, ITEMS.length - 1);
  return {
    ...plain,
    item_id: String(60_011 + number),
    description: `Item ${number + 1}`,
    ...(chance.hits(0.3) ? { account_id: '30.1411' } : {}),
  };
}

/** Lines that JDE takes and Cin7 does not, or only in another form. */
const ODD: readonly [LineFields, ...LineFields[]] = [
  { item_id: '60011', quantity: '0' },
  { item_id: '60012', quantity: '-3', extended_amount: '-30.00' },
  { item_id: '', description: 'Lump sum', quantity: '0' },
];
