import { describe, expect, test } from 'vitest';
import { hintOf } from '../src/faults/fault.ts';
import type { ThrownCode } from '../src/faults/fault-codes.ts';
import type { RunEnding } from '../src/jobs/execute-run.ts';
import { CIN7_ACCOUNT_ID } from '../src/simulators/cin7/index.ts';
import type { Dataset } from '../src/simulators/dataset/index.ts';
import {
  account,
  item,
  line,
  order,
  smallDataset,
  supplier,
} from '../src/simulators/dataset/small-dataset.testkit.ts';
import type { ParkedRecord } from '../src/store/parked.ts';
import {
  expectReadable,
  lineRow,
  memberOf,
  only,
  orderKey,
  outcomes,
  rowsOf,
  startTrial,
  type Trial,
  textOf,
} from './support/trial.ts';

/** A run that ended for good, with words that help. */
function expectStopped(ending: RunEnding<unknown>, code: ThrownCode, says: RegExp): void {
  expect(ending).toMatchObject({ state: 'failed', fault: { code } });
  const message = ending.fault?.message ?? '';
  expect(message).toMatch(/^[A-Z"].{15,}$/su);
  expect(message).toMatch(says);
  expect(hintOf(code)).toMatch(/^[A-Z].{10,}\.$/su);
}

describe('access', () => {
  const credentials = { jde: { user: 'JDE', password: 'wrong-secret' } };

  test('a wrong JDE password is tried once, so that the user is not locked', async () => {
    const trial = await startTrial({ credentials });
    const ending = await trial.sync();
    expectStopped(ending, 'jde.sign_in_refused', /sign-in|JDE/i);
    expect(trial.jde.calls.map((call) => call.service)).toEqual(['tokenrequest']);
    expect(trial.cin7.callCount).toBe(0);
  });

  test('no secret stands in the message, the run or the trail', async () => {
    const trial = await startTrial({ credentials });
    const ending = await trial.sync();
    const { db } = trial.database;
    const stored = [
      await db.selectFrom('runs').selectAll().execute(),
      await db.selectFrom('trail').selectAll().execute(),
      await db.selectFrom('settings_versions').selectAll().execute(),
    ];
    expect(JSON.stringify([ending.fault?.message, stored])).not.toContain('wrong-secret');
  });

  test('a locked JDE user is named as such', async () => {
    const trial = await startTrial({ jde: { users: [{ user: 'JDE', password: 'JDE', state: 'locked' }] } });
    expectStopped(await trial.sync(), 'jde.user_locked', /locked/);
    expect(trial.jde.callCount).toBe(1);
  });

  test('an environment that is not there is named as such', async () => {
    const trial = await startTrial({ settings: { jde: { environment: 'JNOWHERE' } } });
    expectStopped(await trial.sync(), 'jde.environment_unknown', /environment/i);
    expect(trial.jde.callCount).toBe(1);
  });

  test('a wrong Cin7 key stops the run, and what was read waits for the next one', async () => {
    const trial = await startTrial({
      credentials: {
        cin7: { accountId: CIN7_ACCOUNT_ID, applicationKey: 'aaaaaaaa-0000-4ccc-8ddd-eeeeeeeeeeee' },
      },
    });
    const ending = await trial.sync();
    expectStopped(ending, 'cin7.credentials_refused', /Cin7/);
    expect(trial.cin7.callCount).toBe(1);
    expect(ending.summary.flows.accounts).toMatchObject({ staged: 1, left: 1 });
  });

  test('a column that security hides stops the run and is named, instead of writing a hole', async () => {
    const trial = await startTrial({
      jde: { users: [{ user: 'JDE', password: 'JDE', hiddenColumns: ['F0101.TAX'] }] },
    });
    const ending = await trial.sync();
    expectStopped(ending, 'jde.column_missing', /F0101[._]TAX/);
    expect(trial.cin7.writes).toBe(0);
  });

  test('a Cin7 that answers with a web page is named as a wrong address', async () => {
    const trial = await startTrial();
    const ending = await trial.sync({ cin7: { url: trial.cin7.url.replace('/v2', '/v9') } });
    expectStopped(ending, 'cin7.path_unknown', /Cin7/);
    expect(trial.cin7.writes).toBe(0);
  });
});

/** The healthy supplier 4343 and order 1001, and beside them whatever a case adds. */
function beside(own: Partial<Dataset>): Partial<Dataset> {
  const healthy = smallDataset();
  const healthyAccount = { ...only(healthy.accounts) };
  return {
    suppliers: [...healthy.suppliers, ...(own.suppliers ?? [])],
    purchaseOrders: [...healthy.purchaseOrders, ...(own.purchaseOrders ?? [])],
    purchaseOrderLines: [...healthy.purchaseOrderLines, ...(own.purchaseOrderLines ?? [])],
    items: [...healthy.items, ...(own.items ?? [])],
    accounts: [healthyAccount, ...(own.accounts ?? [])],
  };
}

interface Expected {
  readonly flow: 'suppliers' | 'purchases';
  readonly recordKey: string;
  readonly code: ParkedRecord['code'];
  readonly field: string;
  readonly says: RegExp;
}

/** One record is parked with words that help; the healthy supplier and its order arrive in the same run. */
async function expectOnlyThisOneWaits(trial: Trial, expected: Expected): Promise<void> {
  const { flow, recordKey, code, field } = expected;
  await trial.run();
  const record = (await trial.parked(flow)).find((parked) => parked.recordKey === recordKey);
  expect(record).toMatchObject({ code, field });
  if (record === undefined) return;
  expectReadable(record);
  expect(record.detail).toMatch(expected.says);
  expect(trial.supplier('4343')['Name']).toBe('Parts Emporium');
  expect(memberOf(trial.purchase('1001')['Order'], 'Total')).toBe(25);
}

type Trials = Parameters<typeof startTrial>[0];

interface Case extends Expected {
  readonly name: string;
  readonly trial: Trials;
}

const other = (cells: Parameters<typeof supplier>[0] = {}) =>
  supplier({ supplier_id: '4344', name: 'Other Parts', payment_terms: 'N30', tax_area: '*BLANK', ...cells });
const bad = (cells: Parameters<typeof order>[0] = {}) =>
  order({ order_id: 'O2', order_seq: '1002', order_number: 'PO-2', ...cells });
const badLine = (cells: Parameters<typeof line>[0] = {}) => line({ order_id: 'O2', ...cells });

function supplierCase(parts: Omit<Case, 'flow' | 'recordKey'>): Case {
  return { flow: 'suppliers', recordKey: '4344', ...parts };
}

function orderCase(parts: Omit<Case, 'flow' | 'recordKey'>): Case {
  return { flow: 'purchases', recordKey: orderKey('1002'), ...parts };
}

const supplierCases: readonly Case[] = [
  supplierCase({
    name: 'payment terms that nobody mapped',
    trial: {
      dataset: beside({ suppliers: [other({ payment_terms: 'COD' })] }),
      unmapped: ['paymentTerm COD'],
    },
    code: 'crosswalk.unmapped',
    field: 'F0401_TRAP',
    says: /payment term "COD" is not mapped/,
  }),
  supplierCase({
    name: 'a tax code that nobody mapped',
    trial: {
      dataset: beside({ suppliers: [other({ tax_area: 'USSALES6' })] }),
      unmapped: ['taxRule S/USSALES6'],
    },
    code: 'crosswalk.unmapped',
    field: 'F0401_TXA2',
    says: /tax rule "S\/USSALES6" is not mapped/,
  }),
  supplierCase({
    name: 'a currency that is no ISO code',
    trial: {
      dataset: beside({ suppliers: [other()] }),
      tables: (tables) => set(tables.F0401, 4344, { CRRP: '£' }),
    },
    code: 'crosswalk.unmapped',
    field: 'F0401_CRRP',
    says: /currency "£" is not mapped/,
  }),
  supplierCase({
    name: 'no currency at all',
    trial: {
      dataset: beside({ suppliers: [other()] }),
      tables: (tables) => set(tables.F0401, 4344, { CRRP: '' }),
    },
    code: 'suppliers.currency_missing',
    field: 'F0401_CRRP',
    says: /no payables currency/,
  }),
  supplierCase({
    name: 'a country that nobody mapped',
    trial: {
      dataset: beside({ suppliers: [other({ city: 'Pristina', country: 'KSV' })] }),
      unmapped: ['country KSV'],
    },
    code: 'crosswalk.unmapped',
    field: 'F0116_CTR',
    says: /country "KSV" is not mapped/,
  }),
  supplierCase({
    name: 'a mapping to a payment term that is no longer active in Cin7',
    trial: {
      dataset: beside({ suppliers: [other({ payment_terms: 'COD' })] }),
      company: (company) => ({
        ...company,
        paymentTerms: company.paymentTerms.map((term) =>
          term.Name === 'Due on receipt' ? { ...term, IsActive: false } : term,
        ),
      }),
    },
    code: 'crosswalk.broken',
    field: 'F0401_TRAP',
    says: /"Due on receipt", which is not active in Cin7/,
  }),
  supplierCase({
    name: 'no name in either place',
    trial: {
      dataset: beside({ suppliers: [other()] }),
      tables: (tables) => {
        set(tables.F0101, 4344, { ALPH: '' });
        set(tables.F0111, 4344, { MLNM: '' });
      },
    },
    code: 'suppliers.name_missing',
    field: 'F0101_ALPH',
    says: /4344 has no name/,
  }),
  supplierCase({
    name: 'a name of more than 256 characters',
    trial: {
      dataset: beside({ suppliers: [other()] }),
      tables: (tables) => set(tables.F0111, 4344, { MLNM: 'N'.repeat(257) }),
    },
    code: 'suppliers.name_too_long',
    field: 'F0111_MLNM',
    says: /257 characters/,
  }),
  supplierCase({
    name: 'a postal code of more than 20 characters',
    trial: {
      dataset: beside({ suppliers: [other({ city: 'Denver', country: 'US' })] }),
      tables: (tables) => set(tables.F0116, 4344, { ADDZ: '9'.repeat(21) }),
    },
    code: 'suppliers.too_long',
    field: 'F0116',
    says: /longer than Cin7 allows/,
  }),
  supplierCase({
    name: 'a name that another JDE supplier has, where such are parked',
    trial: {
      dataset: beside({ suppliers: [other({ name: 'parts  EMPORIUM' })] }),
      settings: { suppliers: { duplicateName: 'park' } },
    },
    code: 'suppliers.name_shared',
    field: 'F0101_ALPH',
    says: /4343 and 4344/,
  }),
  supplierCase({
    name: 'an address book row that row security hides',
    trial: {
      dataset: beside({ suppliers: [other()] }),
      jde: {
        users: [{ user: 'JDE', password: 'JDE', rowSecurity: { F0101: (row) => row['AN8'] !== 4344 } }],
      },
    },
    code: 'jde.row_missing',
    field: 'F0101',
    says: /address book row of 4344/,
  }),
];

const orderCases: readonly Case[] = [
  orderCase({
    name: 'payment terms that nobody mapped',
    trial: {
      dataset: beside({ purchaseOrders: [bad({ payment_terms: 'COD' })], purchaseOrderLines: [badLine()] }),
      unmapped: ['paymentTerm COD'],
    },
    code: 'crosswalk.unmapped',
    field: 'F4301_PTC',
    says: /payment term "COD"/,
  }),
  orderCase({
    name: 'a tax code of the order that nobody mapped',
    trial: {
      dataset: beside({ purchaseOrders: [bad({ tax_area: 'USSALES6' })], purchaseOrderLines: [badLine()] }),
      unmapped: ['taxRule S/USSALES6'],
    },
    code: 'crosswalk.unmapped',
    field: 'F4301_TXA1',
    says: /tax rule "S\/USSALES6"/,
  }),
  orderCase({
    name: 'a tax code of a line that nobody mapped',
    trial: {
      dataset: beside({
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ tax_area: 'USSALES6', tax_code: 'S' })],
      }),
      unmapped: ['taxRule S/USSALES6'],
    },
    code: 'crosswalk.unmapped',
    field: 'F4311_TXA1',
    says: /Line 1: The tax rule "S\/USSALES6"/,
  }),
  orderCase({
    name: 'a branch/plant that nobody mapped',
    trial: {
      dataset: beside({ purchaseOrders: [bad({ branch_plant: '77' })], purchaseOrderLines: [badLine()] }),
      unmapped: ['location 77'],
    },
    code: 'crosswalk.unmapped',
    field: 'F4311_MCU',
    says: /branch\/plant "77"/,
  }),
  orderCase({
    name: 'an item that Cin7 does not have',
    trial: {
      dataset: beside({
        items: [item({ item_id: '7', item_number: 'NEW-7' })],
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ item_id: '7' })],
      }),
      company: (company) => ({ ...company, products: company.products.filter((row) => row.SKU !== 'NEW-7') }),
    },
    code: 'crosswalk.unmapped',
    field: 'F4311_LITM',
    says: /Line 1: The item "NEW-7" is not mapped/,
  }),
  orderCase({
    name: 'an item that is deprecated in Cin7',
    trial: {
      dataset: beside({
        items: [item({ item_id: '7', item_number: 'OLD-7' })],
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ item_id: '7' })],
      }),
      company: (company) => ({
        ...company,
        products: company.products.map((row) =>
          row.SKU === 'OLD-7' ? { ...row, Status: 'Deprecated' } : row,
        ),
      }),
    },
    code: 'crosswalk.unmapped',
    field: 'F4311_LITM',
    says: /OLD-7/,
  }),
  orderCase({
    name: 'an account without a service product',
    trial: {
      dataset: beside({
        accounts: [account({ account_id: '30.5100', object: '5100', description: 'Freight' })],
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ item_id: '', account_id: '30.5100' })],
      }),
      company: (company) => ({
        ...company,
        products: company.products.filter((row) => row.Type !== 'Service'),
      }),
      unmapped: ['serviceProduct 5100'],
    },
    code: 'crosswalk.unmapped',
    field: 'F4311_AID',
    says: /Line 1: The service product "5100"/,
  }),
  orderCase({
    name: 'an account that Cin7 does not have',
    trial: {
      dataset: beside({
        accounts: [account({ account_id: '30.5100', object: '5100', description: 'Freight' })],
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ account_id: '30.5100' })],
      }),
      company: (company) => ({ ...company, accounts: company.accounts.filter((row) => row.Code !== '5100') }),
    },
    code: 'accounts.unmatched',
    field: 'F4311_AID',
    says: /Line 1: account 30\.5100 has no Cin7 account/,
  }),
  orderCase({
    name: 'an account that is archived in Cin7',
    trial: {
      dataset: beside({
        accounts: [account({ account_id: '30.5100', object: '5100', description: 'Freight' })],
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ account_id: '30.5100' })],
      }),
      company: (company) => ({
        ...company,
        accounts: company.accounts.map((row) =>
          row.Code === '5100' ? { ...row, Status: 'ARCHIVED' as const } : row,
        ),
      }),
    },
    code: 'crosswalk.broken',
    field: 'F4311_AID',
    says: /Line 1: account 30\.5100.*archived/,
  }),
  orderCase({
    name: 'an account that does not allow posting',
    trial: {
      dataset: beside({
        accounts: [account({ account_id: '30.5100', object: '5100', posting_edit_code: 'N' })],
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ account_id: '30.5100' })],
      }),
    },
    code: 'accounts.not_usable',
    field: 'F4311_AID',
    says: /Posting edit code N/,
  }),
  orderCase({
    name: 'neither an item nor an account',
    trial: { dataset: beside({ purchaseOrders: [bad()], purchaseOrderLines: [badLine({ item_id: '' })] }) },
    code: 'purchases.account_missing',
    field: 'F4311_AID',
    says: /Line 1 has neither an item nor an account/,
  }),
  orderCase({
    name: 'a quantity of zero',
    trial: {
      dataset: beside({
        purchaseOrders: [bad()],
        purchaseOrderLines: [badLine({ quantity: '0', extended_amount: '0' })],
      }),
    },
    code: 'purchases.quantity_not_positive',
    field: 'F4311_UORG',
    says: /Line 1 has the quantity 0/,
  }),
  orderCase({
    name: 'a credit line',
    trial: {
      dataset: beside({
        purchaseOrders: [bad()],
        purchaseOrderLines: [
          badLine(),
          badLine({ line_number: '2', quantity: '-3', extended_amount: '-7.5' }),
        ],
      }),
    },
    code: 'purchases.credit_line',
    field: 'F4311_UORG',
    says: /Line 2 is a credit: quantity -3, amount -7\.5/,
  }),
  orderCase({
    name: 'no order date',
    trial: {
      dataset: beside({ purchaseOrders: [bad({ order_date: '' })], purchaseOrderLines: [badLine()] }),
    },
    code: 'purchases.date_missing',
    field: 'F4301_TRDJ',
    says: /no order date/,
  }),
  orderCase({
    name: 'another currency than its supplier has',
    trial: {
      dataset: beside({
        purchaseOrders: [
          bad({ currency: 'EUR', company: '00001', currency_mode: 'F', exchange_rate: '1.1' }),
        ],
        purchaseOrderLines: [badLine({ currency: 'EUR' })],
      }),
    },
    code: 'purchases.currency_differs',
    field: 'F4301_CRCD',
    says: /in EUR, its supplier in USD/,
  }),
  orderCase({
    name: 'lines for several locations',
    trial: {
      dataset: beside({
        purchaseOrders: [bad({ branch_plant: '30' })],
        purchaseOrderLines: [badLine(), badLine({ line_number: '2', branch_plant: '40' })],
      }),
    },
    code: 'purchases.several_locations',
    field: 'F4311_MCU',
    says: /Eastern Depot \(30\) and Southern Depot \(40\)/,
  }),
  orderCase({
    name: 'another unit than Cin7 keeps the item in',
    trial: {
      dataset: beside({ purchaseOrders: [bad()], purchaseOrderLines: [badLine({ uom: 'BX' })] }),
      mapped: [{ kind: 'unit', code: 'BX', target: 'Box' }],
      company: (company) => ({ ...company, units: [...company.units, 'Box'] }),
    },
    code: 'purchases.unit_differs',
    field: 'F4311_UOM',
    says: /Line 1 is ordered in BX \(Box\); Cin7 keeps BC-1 in EA/,
  }),
  orderCase({
    name: 'a unit that nobody mapped',
    trial: { dataset: beside({ purchaseOrders: [bad()], purchaseOrderLines: [badLine({ uom: 'BX' })] }) },
    code: 'crosswalk.unmapped',
    field: 'F4311_UOM',
    says: /Line 1: The unit of measure "BX" is not mapped/,
  }),
  orderCase({
    name: 'a header that row security hides',
    trial: {
      dataset: beside({ purchaseOrders: [bad()], purchaseOrderLines: [badLine()] }),
      jde: {
        users: [{ user: 'JDE', password: 'JDE', rowSecurity: { F4301: (row) => row['DOCO'] !== 1002 } }],
      },
    },
    code: 'purchases.header_missing',
    field: 'F4301',
    says: /OP 1002 \(00001\) has lines but no visible header/,
  }),
  orderCase({
    name: 'a supplier that is no supplier in JDE',
    trial: {
      dataset: beside({ purchaseOrders: [bad({ supplier_id: '9999' })], purchaseOrderLines: [badLine()] }),
    },
    code: 'purchases.supplier_waiting',
    field: 'F4301_AN8',
    says: /Supplier 9999 is not in Cin7: it is no supplier in JDE/,
  }),
  orderCase({
    name: 'a supplier that is parked',
    trial: {
      dataset: beside({
        suppliers: [other({ payment_terms: 'COD' })],
        purchaseOrders: [bad({ supplier_id: '4344', payment_terms: 'N30' })],
        purchaseOrderLines: [badLine()],
      }),
      unmapped: ['paymentTerm COD'],
    },
    code: 'purchases.supplier_waiting',
    field: 'F4301_AN8',
    says: /Supplier 4344 is not in Cin7: it is parked\. The payment term "COD" is not mapped\./,
  }),
];

describe('a supplier is parked, named and explained, and holds nothing else up:', () => {
  for (const each of supplierCases) {
    test(`${each.name}`, async () => {
      const trial = await startTrial(each.trial);
      await expectOnlyThisOneWaits(trial, each);
      expect(trial.purchasesOf('1001')).toHaveLength(1);
    });
  }

  test('values that data privacy masks', async () => {
    const trial = await startTrial({
      jde: { users: [{ user: 'JDE', password: 'JDE', maskedColumns: ['F0101.TAX'] }] },
      dataset: { suppliers: [supplier({ registration_id: '77-123' })] },
    });
    await trial.run();
    const record = only(await trial.parked('suppliers'));
    expect(record).toMatchObject({ code: 'jde.value_masked', field: 'F0101_TAX' });
    expectReadable(record);
    expect(trial.cin7.suppliers()).toEqual([]);
  });
});

describe('an order is parked, named and explained, and holds nothing else up:', () => {
  for (const each of orderCases) {
    test(`${each.name}`, async () => {
      const trial = await startTrial(each.trial);
      await expectOnlyThisOneWaits(trial, each);
      expect(trial.purchasesOf('1001')).toHaveLength(1);
    });
  }
});

describe('what looks odd and is right', () => {
  test('two suppliers of one name both arrive, the later one with its number, for good', async () => {
    const trial = await startTrial({ dataset: beside({ suppliers: [other({ name: 'parts  EMPORIUM' })] }) });
    await trial.run();
    expect(trial.supplier('4343')['Name']).toBe('Parts Emporium');
    expect(trial.supplier('4344')['Name']).toBe('parts  EMPORIUM (4344)');
    trial.change('F0101', { AN8: 4344, TAX: '77-1' });
    await trial.run();
    expect(trial.supplier('4344')).toMatchObject({ Name: 'parts  EMPORIUM (4344)', TaxNumber: '77-1' });
    expect(trial.cin7.suppliers()).toHaveLength(2);
  });

  test('a name of exactly 256 characters arrives whole', async () => {
    const trial = await startTrial({
      tables: (tables) => set(tables.F0111, 4343, { MLNM: 'N'.repeat(256) }),
    });
    await trial.run();
    expect(textOf(trial.supplier('4343'), 'Name')).toHaveLength(256);
  });

  test('an order of 67 lines arrives with every line, in order, to the cent', async () => {
    const lines = Array.from({ length: 67 }, (_, index) =>
      line({
        line_number: String(67 - index),
        item_id: String(index + 1),
        quantity: String(index + 1),
        unit_price: '',
        extended_amount: ((index + 1) * 3.35).toFixed(2),
      }),
    );
    const items = lines.map((row, index) => item({ item_id: row.item_id, item_number: `SKU-${index}` }));
    const trial = await startTrial({ dataset: { purchaseOrderLines: lines, items } });
    await trial.run();
    const rows = rowsOf(trial.purchase('1001'), 'Order.Lines');
    expect(rows.map((row) => row['Comment'])).toEqual(lines.map((_, index) => `line ${index + 1}`));
    expect(memberOf(trial.purchase('1001')['Order'], 'Total')).toBe(7631.3);
  });

  test('text in other scripts arrives intact', async () => {
    const name = 'Łódź Größe & Søn “日本” 🚚';
    const trial = await startTrial({
      dataset: {
        suppliers: [
          supplier({
            name,
            address_line_1: 'ул. Мира 1',
            city: 'Αθήνα',
            country: 'GR',
            email: 'ö@example.com',
          }),
        ],
        purchaseOrderLines: [line({ description: 'Kabel für Bremse ø 5' })],
      },
      unmapped: ['country GR'],
    });
    await trial.run();
    expect(trial.supplier('4343')['Name']).toBe(name);
    expect(rowsOf(trial.supplier('4343'), 'Addresses')).toMatchObject([
      { Line1: 'ул. Мира 1', City: 'Αθήνα', Country: 'Greece' },
    ]);
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([{ Name: 'Kabel für Bremse ø 5' }]);
  });

  test('a second line of one item is added up where Cin7 refuses to take an item twice', async () => {
    const lines = [line(), line({ line_number: '2', quantity: '2', unit_price: '3', extended_amount: '6' })];
    const trial = await startTrial({ dataset: { purchaseOrderLines: lines } });
    await trial.run();
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([
      { Quantity: 12, Comment: 'line 1 + line 2' },
    ]);
    expect(await trial.parked('purchases')).toEqual([]);
    const writes = trial.cin7.writes;
    await trial.run();
    expect(trial.cin7.writes).toBe(writes);
  });

  test('lines of several locations go to that of the header, if so set', async () => {
    const trial = await startTrial({
      dataset: {
        purchaseOrders: [order({ branch_plant: '30' })],
        purchaseOrderLines: [
          line(),
          line({ line_number: '2', item_id: '7', branch_plant: '40', quantity: '1', extended_amount: '2' }),
        ],
        items: [item(), item({ item_id: '7', item_number: 'X-7' })],
      },
      settings: { purchases: { lineLocation: 'header' } },
    });
    await trial.run();
    expect(trial.purchase('1001')['Location']).toBe('Eastern Depot (30)');
  });
});

describe('what was missing arrives', () => {
  test('a supplier that waited arrives, and its orders follow by themselves in the same run', async () => {
    const trial = await startTrial({
      dataset: {
        suppliers: [supplier({ payment_terms: 'COD' })],
        purchaseOrders: [order({ payment_terms: 'N30' })],
      },
      unmapped: ['paymentTerm COD'],
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ parked: 1 });
    await trial.map([{ kind: 'paymentTerm', code: 'COD', target: 'Due on receipt' }]);
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ created: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ created: 1 });
    expect((await trial.parked()).filter((record) => record.flow !== 'accounts')).toEqual([]);
  });

  test('a row that row security hid is seen once it is shown, though nothing was stamped', async () => {
    const trial = await startTrial({
      jde: { users: [{ user: 'JDE', password: 'JDE', rowSecurity: { F0101: () => false } }] },
    });
    await trial.run();
    expect((await trial.parked('suppliers')).map((record) => record.code)).toEqual(['jde.row_missing']);
    for (const user of trial.jde.users) delete user.rowSecurity;
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ created: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ created: 1 });
  });

  test('an item that people add in Cin7 releases the orders for it', async () => {
    const trial = await startTrial({
      company: (company) => ({ ...company, products: [] }),
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ parked: 1 });
    trial.cin7.addProduct({ SKU: 'BC-1', Name: 'Brake cable', Type: 'Stock', UOM: 'EA', Category: 'Other' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
  });

  test('a line that is corrected in JDE releases its order', async () => {
    const trial = await startTrial({
      dataset: { purchaseOrderLines: [line({ quantity: '0', extended_amount: '0' })] },
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ parked: 1 });
    trial.change('F4311', { ...lineRow(1001), UORG: '4', AEXP: '10.00' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
  });
});

/** Changes the row of an address number before JDE starts. */
function set(
  rows: Record<string, string | number | null>[],
  AN8: number,
  cells: Record<string, string>,
): void {
  for (const [place, row] of rows.entries()) if (row['AN8'] === AN8) rows[place] = { ...row, ...cells };
}
