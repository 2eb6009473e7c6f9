import { Big } from 'big.js';
import { toJdeTables } from '../../src/simulators/dataset/index.ts';
import {
  item,
  line as lineCells,
  order as orderCells,
  smallDataset,
  supplier as supplierCells,
} from '../../src/simulators/dataset/small-dataset.testkit.ts';
import type { JdeRow, Stamp } from '../../src/simulators/jde/index.ts';
import type { Chance } from './chance.ts';
import { drawOrder, drawSupplier, ITEM_NUMBERS } from './company.ts';
import { textOf } from './expected.ts';
import { lineNumberOf, orderKeyOf } from './expected-orders.ts';
import type { Stage } from './stage.ts';

const SUPPLIER_TABLES = ['F0101', 'F0401', 'F0111', 'F0115', 'F0116', 'F01151'] as const;

/** Something happens in JDE. Returns what, in words, or nothing when there was nothing to do it to. */
type JdeChange = (stage: Stage, chance: Chance, put: Put) => string | undefined;

/** Writes a row and stamps it; a change of several rows may take its time. */
type Put = (table: string, row: JdeRow) => void;

/** Lets something happen in JDE, now. */
export function changeJde(stage: Stage, chance: Chance): string | undefined {
  const name = chance.weighted(WEIGHTS);
  const isLate = stage.world.circumstances.overlapDays > 0 && chance.hits(0.15);
  const stamp: Stamp = isLate ? { date: stage.serverDay(-1) } : {};
  let afterMs = 0;
  const isSlow = chance.hits(0.4);
  const put: Put = (table, row) => {
    const write = (): void => {
      stage.note();
      stage.world.jde.upsert(table, row, { stamp: afterMs === 0 ? stamp : {} });
    };
    if (afterMs === 0) write();
    else stage.world.time.at(stage.world.time.nowMs + afterMs, write);
    // Rows of one change may reach the tables one after the other, while somebody reads.
    if (isSlow) afterMs += chance.whole(1, 1_500);
  };
  const told = CHANGES[name](stage, chance, put);
  return told === undefined
    ? undefined
    : `JDE: ${told}${isLate ? ', stamped a day late' : ''}${isSlow ? ', row by row' : ''}`;
}

const WEIGHTS = {
  phone: 4,
  email: 2,
  taxNumber: 2,
  rename: 3,
  terms: 2,
  address: 2,
  person: 1,
  currency: 0.4,
  newSupplier: 2,
  quantity: 8,
  amount: 4,
  addLine: 4,
  cancelLine: 3,
  receiveLine: 3,
  receiveOrder: 2,
  cancelOrder: 4,
  reviveOrder: 1,
  release: 4,
  hold: 2,
  unhold: 3,
  headerText: 3,
  newOrder: 6,
  renameAccount: 1,
  restamp: 2,
  otherSupplier: 0.5,
} as const;

const CHANGES: Readonly<Record<keyof typeof WEIGHTS, JdeChange>> = {
  phone: onSupplier((number, { chance, put }) => {
    put('F0115', {
      AN8: number,
      IDLN: 0,
      CNLN: 0,
      RCK7: chance.whole(1, 2),
      PHTP: '',
      AR1: '',
      PH1: `555-03${chance.whole(10, 99)}`,
    });
    return 'has a new phone';
  }),
  email: onSupplier((number, { chance, put }) => {
    put('F01151', { AN8: number, IDLN: 0, RCK7: 1, ETP: 'E', EMAL: `new${chance.whole(1, 99)}@example.com` });
    return 'has a new e-mail address';
  }),
  taxNumber: onSupplier((number, { chance, put }) => {
    put('F0101', { AN8: number, TAX: `88-${chance.whole(100, 999)}` });
    return 'has a new tax number';
  }),
  rename: onSupplier((number, { chance, put }) => {
    const name = `Renamed ${chance.whole(1, 4)}`;
    put('F0101', { AN8: number, ALPH: name });
    put('F0111', { AN8: number, IDLN: 0, MLNM: name });
    return `is now named ${name}`;
  }),
  terms: onSupplier((number, { chance, put }) => {
    put('F0401', { AN8: number, TRAP: chance.pick(['', 'N30', 'N14', 'COD']) });
    return 'has other terms';
  }),
  address: onSupplier((number, { stage, chance, put }) => {
    const book = stage.world.jde.rows('F0101').find((row) => textOf(row, 'AN8') === String(number));
    const EFTB = book?.['EFTB'] ?? null;
    put('F0116', {
      AN8: number,
      EFTB,
      ADD1: `${chance.whole(1, 99)} Quay Street`,
      ADD2: '',
      ADD3: '',
      ADD4: '',
      CTY1: 'Galway',
      ADDZ: 'H91',
      ADDS: '',
      CTR: 'IE',
    });
    return 'has moved';
  }),
  person: onSupplier((number, { chance, put }) => {
    const IDLN = chance.whole(1, 2);
    put('F0111', { AN8: number, IDLN, MLNM: `Person ${IDLN}` });
    put('F0115', {
      AN8: number,
      IDLN,
      CNLN: 0,
      RCK7: 1,
      PHTP: '',
      AR1: '',
      PH1: `555-04${chance.whole(10, 99)}`,
    });
    return `has Person ${IDLN}`;
  }),
  currency: onSupplier((number, { chance, put }) => {
    put('F0401', { AN8: number, CRRP: chance.pick(['EUR', 'USD']) });
    return 'is paid in another currency';
  }),
  newSupplier: (stage, chance, put) => {
    const cells = drawSupplier(stage.next('supplier') + 20, chance);
    const tables = toJdeTables(
      smallDataset({ suppliers: [supplierCells(cells)], purchaseOrders: [], purchaseOrderLines: [] }),
      { stampDate: stage.serverDay(0) },
    );
    for (const table of SUPPLIER_TABLES) for (const row of tables[table]) put(table, row);
    return `new supplier ${cells.supplier_id} ${cells.name}`;
  },
  quantity: onLine((row, { chance, put }) => {
    const quantity = chance.whole(1, 60);
    const amount = (chance.whole(1, 50_000) / 100).toFixed(2);
    put('F4311', {
      ...keyOfLine(row),
      UORG: String(quantity),
      PQOR: String(quantity),
      ...amountsFor(row, amount),
    });
    return `is now ${quantity} for ${amount}`;
  }),
  amount: onLine((row, { chance, put }) => {
    const amount = (chance.whole(1, 50_000) / 100).toFixed(2);
    put('F4311', { ...keyOfLine(row), ...amountsFor(row, amount) });
    return `costs ${amount}`;
  }),
  addLine: onLine((row, { stage, chance, put }) => {
    const numbers = linesOf(stage, orderKeyOf(row)).map((other) => Number(lineNumberOf(other)));
    const LNID = new Big(Math.max(...numbers)).plus(1).toFixed(3);
    const item = chance.pick(ITEM_NUMBERS);
    const own = textOf(row, 'LITM') === '' ? {} : { LITM: item };
    put('F4311', { ...row, ...own, LNID, ...amountsFor(row, '12.34') });
    return `is followed by a new line ${LNID}`;
  }),
  cancelLine: onLine((row, { put }) => {
    put('F4311', { ...keyOfLine(row), LTTR: '980', NXTR: '999' });
    return 'is cancelled';
  }),
  receiveLine: onLine((row, { put }) => {
    put('F4311', { ...keyOfLine(row), LTTR: '400', NXTR: '999' });
    return 'is received';
  }),
  receiveOrder: onOrder((key, { stage, put }) => {
    for (const row of linesOf(stage, key)) {
      if (textOf(row, 'LTTR') !== '980') put('F4311', { ...keyOfLine(row), LTTR: '400', NXTR: '999' });
    }
    return 'is received';
  }),
  cancelOrder: onOrder((key, { stage, put }) => {
    for (const row of linesOf(stage, key)) put('F4311', { ...keyOfLine(row), LTTR: '980', NXTR: '999' });
    return 'is cancelled';
  }),
  reviveOrder: onOrder((key, { stage, put }) => {
    const rows = linesOf(stage, key);
    if (!rows.every((row) => textOf(row, 'LTTR') === '980')) return undefined;
    for (const row of rows) put('F4311', { ...keyOfLine(row), LTTR: '220', NXTR: '280' });
    return 'is no longer cancelled';
  }),
  release: onOrder((key, { stage, put }) => {
    const early = linesOf(stage, key).filter((row) => textOf(row, 'NXTR') === '230');
    for (const row of early) put('F4311', { ...keyOfLine(row), NXTR: '280' });
    return early.length === 0 ? undefined : 'is released';
  }),
  hold: onOrder((key, { stage, put }) => {
    const header = headerOf(stage, key);
    if (header === undefined) return undefined;
    put('F4301', { ...keyOfOrder(header), HOLD: 'B1' });
    return 'is on hold';
  }),
  unhold: onOrder((key, { stage, put }) => {
    const header = headerOf(stage, key);
    if (header === undefined || textOf(header, 'HOLD') === '') return undefined;
    put('F4301', { ...keyOfOrder(header), HOLD: '' });
    return 'is no longer on hold';
  }),
  headerText: onOrder((key, { stage, chance, put }) => {
    const header = headerOf(stage, key);
    if (header === undefined) return undefined;
    put('F4301', {
      ...keyOfOrder(header),
      VR02: `ref ${chance.whole(1, 99)}`,
      RMK: `remark ${chance.whole(1, 9)}`,
    });
    return 'has another reference';
  }),
  newOrder: (stage, chance, put) => {
    const supplier = chance.oneOf(stage.world.jde.rows('F0401'));
    if (supplier === undefined) return undefined;
    const number = 2_000 + stage.next('order');
    const of = { supplier_id: textOf(supplier, 'AN8'), currency: textOf(supplier, 'CRRP') };
    const drawn = drawOrder(number, of, chance, stage.serverDay(0));
    const tables = toJdeTables(
      smallDataset({
        suppliers: [supplierCells(of)],
        purchaseOrders: [orderCells(drawn.order)],
        purchaseOrderLines: drawn.lines.map((cells) => lineCells({ ...cells, account_id: '' })),
        items: ITEM_NUMBERS.map((item_number, place) =>
          item({ item_id: String(60_011 + place), item_number }),
        ),
      }),
      { stampDate: stage.serverDay(0) },
    );
    for (const row of tables.F4301) put('F4301', row);
    for (const row of tables.F4311) put('F4311', withAccount(row, stage, chance));
    return `new order ${number} of ${of.supplier_id} with ${tables.F4311.length} lines`;
  },
  renameAccount: (stage, chance, put) => {
    // Before the first run nobody knows the account; what it is called then is all there is.
    if (!stage.hasSucceeded) return undefined;
    const account = chance.oneOf(stage.world.jde.rows('F0901'));
    if (account === undefined) return undefined;
    const id = textOf(account, 'AID');
    const known = stage.renamedAccounts.get(id) ?? textOf(account, 'OBJ');
    stage.renamedAccounts.set(id, known);
    put('F0901', { AID: id, OBJ: `6${chance.whole(100, 999)}`, DL01: 'Renamed account' });
    return `account ${id} (${known}) is renamed`;
  },
  restamp: onLine((row, { put }) => {
    put('F4311', keyOfLine(row));
    return 'is stamped again without a change';
  }),
  otherSupplier: onOrder((key, { stage, chance, put }) => {
    const header = headerOf(stage, key);
    const supplier = chance.oneOf(stage.world.jde.rows('F0401'));
    if (header === undefined || supplier === undefined) return undefined;
    put('F4301', { ...keyOfOrder(header), AN8: supplier['AN8'] ?? 0 });
    return `goes to supplier ${textOf(supplier, 'AN8')}`;
  }),
};

interface Hand {
  readonly stage: Stage;
  readonly chance: Chance;
  readonly put: Put;
}

function onSupplier(act: (number: number, hand: Hand) => string | undefined): JdeChange {
  return (stage, chance, put) => {
    const row = chance.oneOf(stage.world.jde.rows('F0401'));
    if (row === undefined) return undefined;
    const told = act(Number(textOf(row, 'AN8')), { stage, chance, put });
    return told === undefined ? undefined : `supplier ${textOf(row, 'AN8')} ${told}`;
  };
}

function onOrder(act: (key: string, hand: Hand) => string | undefined): JdeChange {
  return (stage, chance, put) => {
    const keys = [...new Set(stage.world.jde.rows('F4301').map(orderKeyOf))];
    const key = chance.oneOf(keys);
    if (key === undefined) return undefined;
    const told = act(key, { stage, chance, put });
    return told === undefined ? undefined : `order ${key} ${told}`;
  };
}

function onLine(act: (row: JdeRow, hand: Hand) => string | undefined): JdeChange {
  return (stage, chance, put) => {
    const row = chance.oneOf(stage.world.jde.rows('F4311').filter((each) => textOf(each, 'LNTY') !== 'T'));
    if (row === undefined) return undefined;
    const told = act(row, { stage, chance, put });
    return told === undefined ? undefined : `order ${orderKeyOf(row)} line ${lineNumberOf(row)} ${told}`;
  };
}

/** The accounts of new lines are those of the chart. */
function withAccount(row: JdeRow, stage: Stage, chance: Chance): JdeRow {
  if (textOf(row, 'LITM') !== '' || textOf(row, 'LNTY') === 'T') return row;
  const account = chance.oneOf(stage.world.jde.rows('F0901'));
  if (account === undefined) return row;
  const { AID = '', OBJ = '', MCU = '' } = account;
  return {
    ...row,
    AID,
    OBJ,
    OMCU: MCU,
    ANI: `${textOf(account, 'MCU').padStart(12)}.${textOf(account, 'OBJ')}`,
  };
}

const linesOf = (stage: Stage, key: string): readonly JdeRow[] =>
  stage.world.jde.rows('F4311').filter((row) => orderKeyOf(row) === key);

const headerOf = (stage: Stage, key: string): JdeRow | undefined =>
  stage.world.jde.rows('F4301').find((row) => orderKeyOf(row) === key);

function keyOfOrder(row: JdeRow): JdeRow {
  const { KCOO = '', DOCO = 0, DCTO = '', SFXO = '' } = row;
  return { KCOO, DOCO, DCTO, SFXO };
}

const keyOfLine = (row: JdeRow): JdeRow => ({ ...keyOfOrder(row), LNID: row['LNID'] ?? '' });

/** A foreign line has its amount in the currency of the order too. */
function amountsFor(row: JdeRow, amount: string): JdeRow {
  return textOf(row, 'CRCD') === textOf(row, 'BCRC') ? { AEXP: amount } : { AEXP: amount, FEA: amount };
}
