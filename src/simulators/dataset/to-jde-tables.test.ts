import { expect, test } from 'vitest';
import { account, item, line, order, smallDataset, supplier } from './small-dataset.testkit.ts';
import { toJdeTables } from './to-jde-tables.ts';

test('a supplier becomes address book, supplier master and mailing name', () => {
  const tables = toJdeTables(
    smallDataset({ suppliers: [supplier({ payment_terms: 'N45', tax_area: 'USSALES6' })] }),
  );
  expect(tables.F0101).toMatchObject([
    { AN8: 4343, ALPH: 'Parts Emporium', DC: 'PARTSEMPORIUM', AT1: 'V', ATP: 'Y' },
  ]);
  expect(tables.F0401).toMatchObject([{ AN8: 4343, TRAP: 'N45', TXA2: 'USSALES6', EXR2: 'S', CRRP: 'USD' }]);
  expect(tables.F0111).toMatchObject([{ AN8: 4343, IDLN: 0, MLNM: 'Parts Emporium' }]);
  expect([tables.F0115, tables.F0116, tables.F01151]).toEqual([[], [], []]);
});

test('phone, fax, e-mail and address come only where the source has them', () => {
  const own = {
    phone: '+1 555 0110',
    fax: '+1 555 0111',
    email: 'a@example.com',
    city: 'Sampleton',
    country: 'US',
  };
  const tables = toJdeTables(smallDataset({ suppliers: [supplier(own)] }));
  expect(tables.F0115).toMatchObject([
    { PHTP: '', RCK7: 1 },
    { PHTP: 'FAX', RCK7: 2, PH1: '+1 555 0111' },
  ]);
  expect(tables.F01151).toMatchObject([{ ETP: 'E', EMAL: 'a@example.com' }]);
  expect(tables.F0116[0]?.['EFTB']).toBe(tables.F0101[0]?.['EFTB']);
});

test('a long name is cut to 40 without splitting a character', () => {
  const name = `${'x'.repeat(39)}\u{1F600} Ltd`;
  const tables = toJdeTables(smallDataset({ suppliers: [supplier({ name, mailing_name: 'Short' })] }));
  expect(tables.F0101[0]?.['ALPH']).toBe('x'.repeat(39));
  expect(tables.F0111[0]?.['MLNM']).toBe('Short');
});

test('a blank optional cell means the rule, *BLANK means the blank code', () => {
  const terms = (payment_terms: string) =>
    toJdeTables(
      smallDataset({
        suppliers: [supplier({ supplier_id: '7', payment_terms })],
        purchaseOrders: [],
        purchaseOrderLines: [],
      }),
    ).F0401[0]?.['TRAP'];
  expect(terms('*BLANK')).toBe('');
  expect(terms('')).toBe(terms(''));
  expect(toJdeTables(smallDataset()).F0014.map((row) => row['PTC'])).toContain(terms(''));
});

test('a line has the account, item and open quantity that its row says', () => {
  const tables = toJdeTables(
    smallDataset({
      purchaseOrderLines: [line({ account_id: '30.1411', received_quantity: '4', next_status: '400' })],
    }),
  );
  expect(tables.F4311).toMatchObject([
    {
      KCOO: '00001',
      DOCO: 1001,
      DCTO: 'OP',
      SFXO: '000',
      LNID: '1.000',
      LNTY: 'S',
      NXTR: '400',
      LTTR: '220',
      ITM: 60011,
      LITM: 'BC-1',
      UORG: '10',
      UREC: '4',
      UOPN: '6',
      UOM: 'EA',
      PRRC: '2.5000',
      AEXP: '25.00',
      AOPN: '15.00',
      AREC: '10.00',
      AID: '00000001',
      OMCU: '30',
      OBJ: '1411',
      SUB: '',
      ANI: '          30.1411',
    },
  ]);
  expect(tables.F4301).toMatchObject([
    { DOCO: 1001, VR01: 'PO-1', TRDJ: '2014-03-31', OTOT: '25.00', CRRM: 'D' },
  ]);
});

test('a closed line has nothing open', () => {
  const closed = line({ next_status: '999', last_status: '980' });
  const [row] = toJdeTables(smallDataset({ purchaseOrderLines: [closed] })).F4311;
  expect(row).toMatchObject({ UORG: '10', UOPN: '0', UREC: '0', AOPN: '0.00' });
});

test('a lump sum is a quantity of one, and a blank amount is nothing', () => {
  const lump = { line_kind: 'amount_only', item_id: '', quantity: '', unit_price: '' };
  const rows = toJdeTables(
    smallDataset({
      purchaseOrderLines: [
        line({ ...lump, extended_amount: '-12.345' }),
        line({ ...lump, line_number: '2', extended_amount: '' }),
      ],
    }),
  ).F4311;
  expect(rows).toMatchObject([
    { LNTY: 'J', UORG: '1', PRRC: '-12.3450', AEXP: '-12.35', ITM: 0, AID: '', OBJ: '' },
    { AEXP: '0.00', PRRC: '0.0000' },
  ]);
});

test('an order in a foreign currency has both sides, domestic ones by the rate', () => {
  const foreign = order({ company: '00070', exchange_rate: '0.8', branch_plant: '710' });
  const tables = toJdeTables(smallDataset({ purchaseOrders: [foreign] }));
  expect(tables.F4301).toMatchObject([
    {
      KCOO: '00070',
      MCU: '710',
      CRRM: 'F',
      CRCD: 'USD',
      BCRC: 'EUR',
      CRR: '0.8',
      OTOT: '20.00',
      FAP: '25.00',
    },
  ]);
  expect(tables.F4311).toMatchObject([
    { PRRC: '2.0000', AEXP: '20.00', FRRC: '2.5000', FEA: '25.00', FAP: '25.00' },
  ]);
  expect(tables.F0006.map((row) => row['MCU'])).toContain('710');
});

test('foreign columns of a line leave its plain ones domestic', () => {
  const foreign = order({ company: '00070' });
  const own = line({ foreign_unit_price: '3', foreign_extended_amount: '30' });
  const [row] = toJdeTables(smallDataset({ purchaseOrders: [foreign], purchaseOrderLines: [own] })).F4311;
  expect(row).toMatchObject({ PRRC: '2.5000', AEXP: '25.00', FRRC: '3.0000', FEA: '30.00' });
});

test('one account code in two sources is two accounts in two business units', () => {
  const accounts = [
    account(),
    account({ source: 'OTHER' }),
    account({ account_id: '30.1', object: '1', account_aid: '00000002' }),
  ];
  const tables = toJdeTables(smallDataset({ accounts }));
  expect(tables.F0901.map((row) => [row['AID'], row['MCU']])).toEqual([
    ['00000001', '30'],
    ['00000003', 'OTHER30'],
    ['00000002', '30'],
  ]);
  expect(tables.F0006.map((row) => row['MCU'])).toEqual(expect.arrayContaining(['30', 'OTHER30']));
  expect(new Set(tables.F0006.map((row) => row['MCU'])).size).toBe(tables.F0006.length);
});

test('titles cannot be posted to unless the row says otherwise', () => {
  const accounts = [
    account({ level_of_detail: '3' }),
    account({ account_id: '30.2', level_of_detail: '3', posting_edit_code: '*BLANK' }),
    account({ account_id: '30.3', posting_edit_code: 'I', model_flag: 'M', business_unit_posting: 'N' }),
  ];
  const tables = toJdeTables(smallDataset({ accounts }));
  expect(tables.F0901.map((row) => row['PEC'])).toEqual(['N', '', 'I']);
  expect(tables.F0901[2]?.['FMOD']).toBe('M');
  expect(tables.F0006.find((row) => row['MCU'] === '30')?.['PECC']).toBe('N');
});

test('a description goes on in the second line unless that has its own text', () => {
  const description = 'Efavirenz 600mg, tablets, 30 Tablets';
  const rows = [item({ description }), item({ item_id: '2', description, description_2: 'Generic' })];
  expect(toJdeTables(smallDataset({ items: rows })).F4101).toMatchObject([
    { DSC1: 'Efavirenz 600mg, tablets, 30 T', DSC2: 'ablets' },
    { DSC1: 'Efavirenz 600mg, tablets, 30 T', DSC2: 'Generic' },
  ]);
});

test('stamps are the order date, else the stamp date, with a valid time of day', () => {
  const options = { stampDate: '2020-02-29' };
  const tables = toJdeTables(smallDataset({ purchaseOrders: [order({ order_date: '' })] }), options);
  expect(tables.F4301[0]).toMatchObject({ UPMJ: '2020-02-29', TRDJ: null });
  expect(toJdeTables(smallDataset()).F4301[0]?.['UPMJ']).toBe('2014-03-31');
  expect(String(tables.F4301[0]?.['TDAY'])).toMatch(/^(8|9|1[0-7])[0-5]\d[0-5]\d$/);
  expect(tables.F0901[0]).toMatchObject({ UPMJ: '2020-02-29', UPMT: expect.any(Number) });
});

test('the same data set makes the same rows', () => {
  expect(toJdeTables(smallDataset())).toEqual(toJdeTables(smallDataset()));
});
