import { Big } from 'big.js';
import type { Dataset, LineRow, OrderRow, SupplierRow } from '../../src/simulators/dataset/index.ts';
import { CASE_NAMES, CASES, STAGES, type StageName } from './cases.ts';
import { TYPED_TWINS } from './cin7.ts';
import type { Plan } from './plan.ts';
import { DEPRECATED_TWIN, DUPLICATES, MASKED_SUPPLIERS, WAITING_SUPPLIER } from './suppliers.ts';

/** What should become of the sample company, as planted: no product code has a say in it. */
export interface Expected {
  readonly rows: Readonly<Record<string, number>>;
  readonly stages: Readonly<Record<string, number>>;
  /** Released orders that no case holds back. */
  readonly arrivingOrders: number;
  /** Lists of supplier numbers; `parked` are those that cannot be written themselves. */
  readonly suppliers: Readonly<Record<string, readonly number[]>>;
  /** Features that are in the data by themselves and must not hurt: how many orders, lines or suppliers. */
  readonly natural: Readonly<Record<string, number>>;
  readonly cases: Readonly<Record<string, { expect: string; why: string; orders: readonly PlantedOrder[] }>>;
}

interface PlantedOrder {
  readonly company: string;
  readonly type: string;
  readonly document: number;
  readonly reference: string;
}

export function expectedOf(dataset: Dataset, plan: Plan): Expected {
  const ordersOf = Map.groupBy(dataset.purchaseOrders, (order) => plan.orders.get(order.order_id)?.caseName);
  const stages = Map.groupBy(dataset.purchaseOrders, (order) => plan.orders.get(order.order_id)?.stage);
  const arriving = dataset.purchaseOrders.filter((order) => {
    const planned = plan.orders.get(order.order_id);
    if (planned === undefined || !STAGES[planned.stage].isReleased) return false;
    return planned.caseName === undefined || CASES[planned.caseName].expect === 'arrives';
  });
  return {
    rows: Object.fromEntries(Object.entries(dataset).map(([table, rows]) => [table, rows.length])),
    // Holds: Object.keys of a literal answers its keys.
    stages: Object.fromEntries(
      (Object.keys(STAGES) as StageName[]).map((stage) => [stage, stages.get(stage)?.length ?? 0]),
    ),
    arrivingOrders: arriving.length,
    suppliers: plantedSuppliers(dataset),
    natural: naturalFeatures(dataset),
    cases: Object.fromEntries(
      CASE_NAMES.map((name) => [
        name,
        {
          expect: CASES[name].expect,
          why: CASES[name].why,
          orders: (ordersOf.get(name) ?? []).map(plantedOrder),
        },
      ]),
    ),
  };
}

function plantedSuppliers(dataset: Dataset): Record<string, number[]> {
  const numbersOf = (isWanted: (row: SupplierRow) => boolean) =>
    dataset.suppliers.filter(isWanted).map((row) => Number(row.supplier_id));
  return {
    parked: [...MASKED_SUPPLIERS, WAITING_SUPPLIER].map(Number),
    sameName: Object.entries(DUPLICATES).flat().map(Number),
    linkedByName: Object.keys(TYPED_TWINS).map(Number),
    deprecatedInCin7: [Number(DEPRECATED_TWIN)],
    nameOver40: numbersOf((row) => row.name.length > 40),
    ownMailingName: numbersOf((row) => (row.mailing_name ?? '') !== ''),
    nameNotAscii: numbersOf((row) => /[^ -~]/.test(row.name)),
    withAddress: numbersOf((row) => row.address_line_1 !== ''),
    paymentHold: numbersOf((row) => row.hold_payment === '1'),
  };
}

function naturalFeatures(dataset: Dataset): Record<string, number> {
  const lines = dataset.purchaseOrderLines;
  const stock = lines.filter((line) => line.item_id !== '');
  const ofOrder = Map.groupBy(stock, (line) => line.order_id);
  const repeatsItem = (group: readonly LineRow[]) =>
    new Set(group.map((line) => line.item_id)).size < group.length;
  return {
    foreignOrders: dataset.purchaseOrders.filter((order) => order.currency_mode === 'F').length,
    ordersWithAnItemTwice: [...ofOrder.values()].filter(repeatsItem).length,
    suppliersWithACountryAsTheirOnlyAddress: dataset.suppliers.filter(
      (row) => row.country !== '' && row.address_line_1 === '',
    ).length,
    stockLines: stock.length,
    chargeLines: lines.filter((line) => line.line_type === 'F').length,
    serviceLines: lines.filter((line) => line.line_type === 'J').length,
    textLines: lines.filter((line) => line.line_type === 'T').length,
    linesWithPriceZero: stock.filter((line) => Number(line.unit_price) === 0).length,
    linesWhoseProductIsNotTheAmount: stock.filter(isInexact).length,
  };
}

function isInexact(line: LineRow): boolean {
  return new Big(line.quantity).times(line.unit_price).minus(line.extended_amount).abs().gt('0.01');
}

function plantedOrder(order: OrderRow): PlantedOrder {
  return {
    company: order.company ?? '',
    type: order.order_type ?? '',
    document: Number(order.order_seq),
    reference: order.order_number,
  };
}
