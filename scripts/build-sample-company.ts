/**
 * Builds `sample-company/` from a folder with the public purchasing data set.
 *
 *     node scripts/build-sample-company.ts SOURCE_FOLDER
 *
 * Only the rows of the USAID delivery history (source code SCMS) are used. The same source gives the same files.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Big } from 'big.js';
import { stringify } from 'csv-stringify/sync';
import { COLUMNS, FILES, type TableName } from '../src/simulators/dataset/columns.ts';
import { type Dataset, type ItemRow, readDataset } from '../src/simulators/dataset/index.ts';
import { buildChart } from './sample-company/chart.ts';
import { buildCompany, buildCrosswalk, KIT_UNIT } from './sample-company/cin7.ts';
import { expectedOf } from './sample-company/expected.ts';
import { buildLines } from './sample-company/lines.ts';
import { buildOrder } from './sample-company/orders.ts';
import { type Plan, planOrders } from './sample-company/plan.ts';
import { buildSuppliers } from './sample-company/suppliers.ts';

const TARGET = join(import.meta.dirname, '..', 'sample-company');
const SOURCE = 'SCMS';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/build-sample-company.ts SOURCE_FOLDER');

const source = ofSource(await readDataset(folder));
const plan = planOrders(source);
const dataset = buildDataset(source, plan);
const unmapped = dataset.items.filter((item) => plan.unmappedItems.includes(item.item_id));
const company = buildCompany(
  dataset,
  unmapped.map((item) => item.item_number),
);

// Holds: Object.keys of a literal answers its keys.
for (const table of Object.keys(FILES) as TableName[]) await writeTable(table, dataset[table]);
await write(
  'crosswalk.csv',
  stringify(buildCrosswalk(dataset), { header: true, columns: ['kind', 'code', 'target'] }),
);
await write('cin7-company.json', `${JSON.stringify(company, undefined, 2)}\n`);
await write('EXPECTED.json', `${JSON.stringify(expectedOf(dataset, plan), undefined, 2)}\n`);

function ofSource(all: Dataset): Dataset {
  const purchaseOrders = all.purchaseOrders.filter((row) => row.source === SOURCE);
  const ids = new Set(purchaseOrders.map((row) => row.order_id));
  return {
    suppliers: all.suppliers.filter((row) => row.source === SOURCE),
    purchaseOrders,
    purchaseOrderLines: all.purchaseOrderLines.filter((row) => ids.has(row.order_id)),
    items: all.items.filter((row) => row.source === SOURCE),
    accounts: [],
  };
}

function buildDataset(from: Dataset, decided: Plan): Dataset {
  const linesOf = Map.groupBy(from.purchaseOrderLines, (line) => line.order_id);
  const built = from.purchaseOrders.map((row) => {
    const planned = decided.orders.get(row.order_id) ?? { stage: 'approved' };
    const lines = linesOf.get(row.order_id) ?? [];
    return { order: buildOrder(row, lines, planned), lines: buildLines(row, lines, planned) };
  });
  return counted({
    suppliers: buildSuppliers(from.suppliers),
    purchaseOrders: built.map(({ order }) => order),
    purchaseOrderLines: built.flatMap(({ lines }) => lines),
    items: from.items.map(withUnit),
    accounts: buildChart(),
  });
}

/** Sets the columns that count other rows. */
function counted(plain: Dataset): Dataset {
  const linesOf = Map.groupBy(plain.purchaseOrderLines, (line) => line.order_id);
  const ordersOf = Map.groupBy(plain.purchaseOrders, (order) => order.supplier_id);
  const codedTo = Map.groupBy(plain.purchaseOrderLines, (line) => line.account_id);
  return {
    ...plain,
    suppliers: plain.suppliers.map((row) => ({
      ...row,
      orders_in_set: String(ordersOf.get(row.supplier_id)?.length ?? 0),
    })),
    purchaseOrders: plain.purchaseOrders.map((row) => {
      const lines = linesOf.get(row.order_id) ?? [];
      const total = lines.reduce((sum, line) => sum.plus(line.extended_amount || '0'), new Big(0));
      return { ...row, line_count: String(lines.length), order_total: total.toFixed(2) };
    }),
    accounts: plain.accounts.map((row) => {
      const count = codedTo.get(row.account_id)?.length ?? 0;
      return { ...row, lines_in_set: String(count), used_by: count === 0 ? 'chart only' : 'lines' };
    }),
  };
}

function withUnit(item: ItemRow): ItemRow {
  return { ...item, uom: /\bTests?\b/i.test(item.description) ? KIT_UNIT : 'EA' };
}

/** Required columns always, optional ones where at least one row has something to say. */
async function writeTable(
  table: TableName,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const optional = COLUMNS[table].optional.filter((column) => rows.some((row) => (row[column] ?? '') !== ''));
  const columns = [...COLUMNS[table].required, ...optional];
  await write(FILES[table], stringify([...rows], { header: true, columns }));
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(join(TARGET, file), text);
}
