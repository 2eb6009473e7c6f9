import { type Dataset, type DatasetTables, toJdeTables } from '../../src/simulators/dataset/index.ts';
import {
  account,
  item,
  line,
  order,
  smallDataset,
  supplier,
} from '../../src/simulators/dataset/small-dataset.testkit.ts';

/** How much a JDE environment holds. */
export interface DataSize {
  readonly suppliers: number;
  readonly orders: number;
  readonly linesOfOrder: number;
  /** All rows were changed today, so that each run reads them. */
  readonly changedToday: boolean;
}

const ITEMS = 50;
const SUPPLIER_FROM = 100_000;

/** Suppliers with address, phone and e-mail, and orders of stock lines that all pass. Same size, same rows. */
export function benchDataset(size: DataSize): Dataset {
  const supplierId = (index: number): string => String(SUPPLIER_FROM + index);
  return smallDataset({
    accounts: [account()],
    items: count(ITEMS, (index) => item({ item_id: String(60_001 + index), item_number: `BC-${index}` })),
    suppliers: count(Math.max(1, size.suppliers), (index) =>
      supplier({
        supplier_id: supplierId(index),
        name: `Parts Emporium ${index} of Springfield`,
        address_line_1: `${index} Evergreen Terrace`,
        city: 'Springfield',
        state: 'OR',
        postal_code: String(10_000 + (index % 90_000)),
        country: 'US',
        phone: `555-${String(index).padStart(7, '0')}`,
        email: `orders-${index}@example.com`,
      }),
    ),
    purchaseOrders: count(size.orders, (index) =>
      order({
        order_id: `O${index}`,
        order_seq: String(1_000 + index),
        order_number: `PO-${index}`,
        supplier_id: supplierId(index % Math.max(1, size.suppliers)),
      }),
    ),
    purchaseOrderLines: count(size.orders * size.linesOfOrder, (index) =>
      line({
        order_id: `O${Math.floor(index / size.linesOfOrder)}`,
        line_number: String((index % size.linesOfOrder) + 1),
        item_id: String(60_001 + (index % ITEMS)),
        account_id: '30.1411',
        business_unit: '30',
        object: '1411',
        quantity: String(1 + (index % 40)),
        unit_price: '2.5',
        extended_amount: String((1 + (index % 40)) * 2.5),
      }),
    ),
  });
}

export function benchTables(size: DataSize): { readonly dataset: Dataset; readonly tables: DatasetTables } {
  const dataset = benchDataset(size);
  const today = new Date().toISOString().slice(0, 10);
  const tables = toJdeTables(dataset, size.changedToday ? { stampDate: today } : {});
  if (size.changedToday) for (const row of [...tables.F4301, ...tables.F4311]) row['UPMJ'] = today;
  return { dataset, tables };
}

function count<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}
