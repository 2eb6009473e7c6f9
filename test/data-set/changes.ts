import { Big } from 'big.js';
import type { JdeRow, JdeSimulator } from '../../src/simulators/jde/index.ts';
import { orderKeyOf } from './assignments.ts';
import { type Cells, type CsvFiles, cell } from './csv-files.ts';
import type { Expectation } from './expectation.ts';

const NEW_PHONE = '+1 555 0123';

/** What one day at work changes in JDE: the records it touches, and the files as they would read after it. */
export interface DayOfChanges {
  readonly supplier: string;
  readonly changedOrder: string;
  readonly cancelledOrder: string;
  readonly account: string;
  readonly newObject: string;
  readonly files: CsvFiles;
}

/** Changes a phone number and the quantity of a line, cancels an order and renames an account. Stamps are of this moment. */
export function changeOneOfEach(jde: JdeSimulator, files: CsvFiles, expected: Expectation): DayOfChanges {
  const supplier = changePhone(jde, files, expected);
  const { order, line } = findPlainLine(files, expected);
  const quantity = new Big(cell(line, 'quantity') || '1').plus(3);
  const amount = new Big(cell(line, 'extended_amount')).plus('1234.56');
  changeLines(jde, order, (row) =>
    Number(row['LNID']) === Number(cell(line, 'line_number'))
      ? { UORG: quantity.toFixed(), PQOR: quantity.toFixed(), AEXP: amount.toFixed(2) }
      : undefined,
  );
  const cancelled = findOrder(files, expected, (each) => each !== order);
  changeLines(jde, cancelled, () => ({ NXTR: '999', LTTR: '980', UOPN: '0' }));
  const account = [...expected.accounts.values()].find(
    (each) => each.cin7Code !== undefined && isUsed(each.entered, expected),
  );
  const { accountId } = mustFind(account, 'no line of an order is coded to an account');
  jde.upsert('F0901', { AID: accountId, OBJ: 'ZZ99', DL01: 'Renamed for the new year' });
  return {
    supplier: cell(supplier, 'supplier_id'),
    changedOrder: orderKeyOf(order),
    cancelledOrder: orderKeyOf(cancelled),
    account: accountId,
    newObject: 'ZZ99',
    files: {
      ...files,
      suppliers: files.suppliers.map((row) => (row === supplier ? { ...row, phone: NEW_PHONE } : row)),
      lines: files.lines.map((row) => {
        if (row === line) return { ...row, quantity: quantity.toFixed(), extended_amount: amount.toFixed(2) };
        return cell(row, 'order_id') === cell(cancelled, 'order_id')
          ? { ...row, next_status: '999', last_status: '980' }
          : row;
      }),
    },
  };
}

function changePhone(jde: JdeSimulator, files: CsvFiles, expected: Expectation): Cells {
  const here = files.suppliers.filter(
    (row) => expected.suppliers.get(cell(row, 'supplier_id'))?.outcome === 'created',
  );
  const supplier = mustFind(
    here.find((row) => cell(row, 'phone') !== '') ?? here[0],
    'no supplier should arrive',
  );
  jde.upsert('F0115', {
    AN8: Number(cell(supplier, 'supplier_id')),
    IDLN: 0,
    CNLN: 0,
    RCK7: 1,
    PHTP: '',
    PH1: NEW_PHONE,
  });
  return supplier;
}

/** A line of an order that arrived, alone with its SKU, in the company's own currency. */
function findPlainLine(
  files: CsvFiles,
  expected: Expectation,
): { readonly order: Cells; readonly line: Cells } {
  const order = findOrder(files, expected, (each) => {
    const purchase = expected.purchases.get(orderKeyOf(each));
    if (purchase?.outcome !== 'created' || cell(each, 'currency_mode') === 'F') return false;
    const { single, lines } = purchase;
    return single.length === lines.length && lines.length > 1 && lines.some(({ to }) => to === 'Lines');
  });
  const line = files.lines.find(
    (each) => cell(each, 'order_id') === cell(order, 'order_id') && isDueStockLine(each),
  );
  return { order, line: mustFind(line, `order ${orderKeyOf(order)} has no stock line`) };
}

const isDueStockLine = (line: Cells): boolean =>
  cell(line, 'item_id') !== '' && !['980', '999'].includes(cell(line, 'last_status'));

function findOrder(files: CsvFiles, expected: Expectation, fits: (order: Cells) => boolean): Cells {
  const found = files.orders.find(
    (order) => expected.purchases.get(orderKeyOf(order))?.outcome === 'created' && fits(order),
  );
  return mustFind(found, 'no order fits');
}

function changeLines(jde: JdeSimulator, order: Cells, change: (row: JdeRow) => JdeRow | undefined): void {
  const number = Number(cell(order, 'order_seq'));
  for (const row of jde.rows('F4311').filter((each) => Number(each['DOCO']) === number)) {
    const changes = change(row);
    if (changes === undefined) continue;
    const { KCOO = '', DOCO = 0, DCTO = '', SFXO = '', LNID = 0 } = row;
    jde.upsert('F4311', { KCOO, DOCO, DCTO, SFXO, LNID, ...changes });
  }
}

function isUsed(entered: string, expected: Expectation): boolean {
  return [...expected.purchases.values()].some(
    (purchase) =>
      purchase.outcome === 'created' &&
      purchase.lines.some(({ content }) =>
        (content['Comment'] ?? content['Reference'] ?? '').includes(`GL ${entered} = `),
      ),
  );
}

function mustFind<T>(found: T | undefined, otherwise: string): T {
  if (found === undefined) throw new Error(otherwise);
  return found;
}
