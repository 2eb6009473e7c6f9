import type { CrosswalkChoice } from '../../src/crosswalk/edit.ts';
import type { Cin7Company, Cin7Simulator } from '../../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../../src/simulators/dataset/index.ts';
import {
  account,
  item,
  line,
  order,
  smallDataset,
  supplier,
} from '../../src/simulators/dataset/small-dataset.testkit.ts';
import type { JdeRow, JdeSimulator, JdeTables } from '../../src/simulators/jde/index.ts';

/** Everything that can become of a record, in as few records as it takes. */
const SUPPLIERS: readonly NonNullable<Parameters<typeof supplier>[0]>[] = [
  {
    supplier_id: '4343',
    name: 'Parts Emporium',
    payment_terms: 'N30',
    phone: '555-0100',
    fax: '555-0101',
    email: 'orders@example.com',
    address_line_1: '1 Mill Lane',
    city: 'Denver',
    country: 'US',
  },
  {
    supplier_id: '4344',
    name: 'Rheinwerk GmbH',
    payment_terms: 'N30',
    currency: 'EUR',
    tax_area: 'EUVAT18',
    country: 'DE',
  },
  // Stands in Cin7 already, typed in by hand.
  { supplier_id: '4345', name: 'Known Already Inc', payment_terms: 'N30', phone: '555-0130' },
  {
    supplier_id: '4346',
    name: 'Twin Tools',
    payment_terms: 'N60',
    phone: '555-0140',
    address_line_1: '2 Mill Lane',
    city: 'Denver',
    country: 'US',
  },
  { supplier_id: '4347', name: 'Twin Tools', payment_terms: 'COD', phone: '555-0150' },
  // Parked until somebody maps its payment term, and its order with it.
  { supplier_id: '4348', name: 'Waiting Works', payment_terms: 'N45' },
  // Both come with the second run.
  { supplier_id: '4349', name: 'Late Arrivals', payment_terms: 'N30', phone: '555-0160' },
  { supplier_id: '4350', name: 'Later Arrivals', payment_terms: 'N30', email: 'late@example.com' },
];
const LATE_SUPPLIERS = [4349, 4350];
const UNMAPPED = { kind: 'paymentTerm', code: 'N45' } as const;

/** Orders that the changes name. */
const ORDERS = {
  changed: 1004,
  cancelled: 1005,
  authorised: 1006,
  held: 1008,
  refused: 1010,
  untouched: 1012,
  removed: 1013,
} as const;
const LATE_ORDERS = [1021, 1022, 1023];

const FREIGHT = { item_id: '', description: 'Freight', account_id: '30.5200', quantity: '1', unit_price: '' };
const ORDER_ROWS: readonly {
  readonly number: number;
  readonly order: Parameters<typeof order>[0];
  readonly lines: readonly NonNullable<Parameters<typeof line>[0]>[];
}[] = [
  { number: 1001, order: {}, lines: [{}, { item_id: '60012', quantity: '2', extended_amount: '5' }] },
  { number: 1002, order: {}, lines: [{}, { ...FREIGHT, extended_amount: '12.5' }] },
  { number: 1003, order: { supplier_id: '4344', currency: 'EUR', exchange_rate: '1.1' }, lines: [{}] },
  { number: ORDERS.changed, order: { supplier_id: '4346' }, lines: [{}] },
  { number: ORDERS.cancelled, order: { supplier_id: '4345' }, lines: [{}] },
  { number: ORDERS.authorised, order: { supplier_id: '4347' }, lines: [{}] },
  { number: 1007, order: { supplier_id: '4348' }, lines: [{}] },
  { number: ORDERS.held, order: { hold_code: 'A1' }, lines: [{}] },
  // The same item twice: Cin7 refuses that, and the lines are added up.
  {
    number: 1009,
    order: { supplier_id: '4345' },
    lines: [
      { quantity: '4', extended_amount: '10' },
      { quantity: '6', extended_amount: '18' },
    ],
  },
  // Cin7 takes no less than one: the header stands, its lines are refused.
  {
    number: ORDERS.refused,
    order: { supplier_id: '4346' },
    lines: [{ quantity: '0.5', extended_amount: '5' }],
  },
  { number: 1011, order: { supplier_id: '4345' }, lines: [{ ...FREIGHT, extended_amount: '80' }] },
  { number: ORDERS.untouched, order: {}, lines: [{ quantity: '3', extended_amount: '7.5' }] },
  { number: ORDERS.removed, order: { supplier_id: '4347' }, lines: [{}, { item_id: '60012' }] },
  { number: 1021, order: { supplier_id: '4349' }, lines: [{}, { ...FREIGHT, extended_amount: '9' }] },
  { number: 1022, order: {}, lines: [{}] },
  { number: 1023, order: { supplier_id: '4350' }, lines: [{ item_id: '60012' }] },
];

function dataset(): ReturnType<typeof smallDataset> {
  const orders = ORDER_ROWS.map((row) =>
    order({
      order_id: `O${row.number}`,
      order_seq: String(row.number),
      order_number: `PO-${row.number}`,
      company: '00001',
      branch_plant: '30',
      ...row.order,
    }),
  );
  const lines = ORDER_ROWS.flatMap((row) =>
    row.lines.map((cells, index) =>
      line({
        order_id: `O${row.number}`,
        line_number: String(index + 1),
        account_id: '30.1411',
        currency: row.order?.currency ?? 'USD',
        unit_price: '',
        ...cells,
      }),
    ),
  );
  return smallDataset({
    suppliers: SUPPLIERS.map((cells) => supplier(cells)),
    purchaseOrders: orders,
    purchaseOrderLines: lines,
    items: [item(), item({ item_id: '60012', item_number: 'BP-2', description: 'Brake pad' })],
    accounts: [
      account(),
      account({ account_id: '30.5200', object: '5200', description: 'Freight in' }),
      account({ account_id: '30.5300', object: '5300', description: 'Repairs' }),
    ],
  });
}

export interface Workload {
  /** JDE before the first run. */
  readonly tables: JdeTables;
  readonly company: Cin7Company;
  readonly crosswalk: readonly CrosswalkChoice[];
  /** Rows that come with the second run. */
  readonly late: JdeTables;
}

/** Both systems before the first run. */
export function workload(): Workload {
  const data = dataset();
  const tables = toJdeTables(data);
  const isLate = (row: JdeRow): boolean =>
    LATE_SUPPLIERS.includes(Number(row['AN8'])) || LATE_ORDERS.includes(Number(row['DOCO']));
  const known = {
    Name: 'Known Already Inc',
    Currency: 'USD',
    PaymentTerm: '14 days',
    TaxRule: 'Tax Exempt',
    AccountPayable: '800',
    Comments: 'Call before noon.',
  };
  const company = toCin7Company(data, { suppliers: [known] });
  return {
    tables: only(tables, (row) => !isLate(row)),
    late: only(tables, isLate),
    // An account that people forgot: what is to be done about it is a setting.
    company: { ...company, accounts: company.accounts.filter((row) => row.Code !== '5300') },
    crosswalk: toCrosswalk(data).filter(({ kind, code }) => kind !== UNMAPPED.kind || code !== UNMAPPED.code),
  };
}

function only(tables: Readonly<JdeTables>, keeps: (row: JdeRow) => boolean): JdeTables {
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.filter(keeps)]));
}

/** What happens in JDE between the two runs. */
export function changeJde(jde: JdeSimulator, work: Workload): void {
  for (const [table, rows] of Object.entries(work.late)) for (const row of rows) jde.upsert(table, row);
  const phone = { IDLN: 0, CNLN: 0, RCK7: 1 };
  jde.upsert('F0115', { AN8: 4343, ...phone, PH1: '555-0199' });
  jde.upsert('F0115', { AN8: 4345, ...phone, PH1: '555-0139' });
  for (const row of jde.rows('F0116').filter(({ AN8 }) => AN8 === 4346))
    jde.upsert('F0116', { ...row, ADD1: '9 Quay Street', CTY1: 'Galway' });
  jde.upsert('F0101', { AN8: 4347, TAX: '77-1' });
  jde.upsert('F4311', { ...lineKey(ORDERS.changed), UORG: '20', AEXP: '50.00' });
  jde.upsert('F4311', { ...lineKey(ORDERS.authorised), UORG: '30', AEXP: '75.00' });
  jde.upsert('F4311', { ...lineKey(ORDERS.refused), UORG: '2', AEXP: '5.00' });
  jde.upsert('F4301', { ...orderKey(ORDERS.held), HOLD: '' });
  jde.upsert('F4311', { ...lineKey(ORDERS.removed, '2.000'), NXTR: '999', LTTR: '980' });
  for (const row of jde.rows('F0901').filter(({ OBJ }) => String(OBJ).trim() === '1411'))
    jde.upsert('F0901', { ...row, DL01: 'Inventory, renamed' });
}

/** An order that stands in Cin7 is cancelled. */
export function cancelInJde(jde: JdeSimulator): void {
  jde.upsert('F4311', { ...lineKey(ORDERS.cancelled), NXTR: '999', LTTR: '980' });
}

/** People authorise an order that JDE goes on changing. */
export function authoriseInCin7(cin7: Cin7Simulator): void {
  const id = cin7.purchasesWithNote(`-${ORDERS.authorised}-000]`)[0]?.['ID'];
  if (typeof id === 'string') cin7.authoriseOrder(id);
}

/** What people map between the two runs: a code that records wait for, and one that every order is mapped anew for. */
export const MAPPED_LATER: readonly CrosswalkChoice[] = [
  { ...UNMAPPED, target: '45 days' },
  { kind: 'location', code: '30', target: 'Main Warehouse' },
];

function orderKey(number: number): JdeRow {
  return { KCOO: '00001', DOCO: number, DCTO: 'OP', SFXO: '000' };
}

function lineKey(number: number, line = '1.000'): JdeRow {
  return { ...orderKey(number), LNID: line };
}
