import { hashOf } from '../../src/simulators/dataset/conventions.ts';
import type { Dataset, LineRow, OrderRow } from '../../src/simulators/dataset/index.ts';
import { CASE_NAMES, CASES, type CaseName, STAGES, type StageName } from './cases.ts';
import { BRANCHES, branchOf } from './regions.ts';
import { EURO_SUPPLIERS, MASKED_SUPPLIERS, WAITING_SUPPLIER } from './suppliers.ts';

export interface Planned {
  readonly stage: StageName;
  readonly caseName?: CaseName;
}

export interface Plan {
  readonly orders: ReadonlyMap<string, Planned>;
  readonly unmappedItems: readonly string[];
}

/** Decides for every order of the source which case it is, if any, and where it stands. */
export function planOrders(source: Dataset): Plan {
  const linesOf = Map.groupBy(source.purchaseOrderLines, (line) => line.order_id);
  const byHash = source.purchaseOrders.toSorted(
    (left, right) => hashOf(left.order_id) - hashOf(right.order_id),
  );
  const unmappedItems = rareItems(source);
  const orders = new Map<string, Planned>();
  for (const order of byHash) {
    const caseName = caseBySupplierOrItem(order, linesOf.get(order.order_id) ?? [], unmappedItems);
    if (caseName !== undefined) orders.set(order.order_id, { stage: 'printed', caseName });
  }
  for (const caseName of CASE_NAMES) {
    const wanted = CASES[caseName].orders;
    if (wanted === 'all') continue;
    const free = byHash.filter((order) => !orders.has(order.order_id));
    const chosen = free
      .filter((order) => fits(caseName, order, linesOf.get(order.order_id) ?? []))
      .slice(0, wanted);
    if (chosen.length < wanted) throw new Error(`case ${caseName}: only ${chosen.length} orders fit`);
    for (const order of chosen) orders.set(order.order_id, { stage: stageOfCase(caseName), caseName });
  }
  for (const order of byHash) {
    if (!orders.has(order.order_id)) orders.set(order.order_id, { stage: ordinaryStage(order) });
  }
  return { orders, unmappedItems };
}

/** The first two items that two to four orders have, none of these of a supplier with a case of its own. */
function rareItems(source: Dataset): string[] {
  const ordersOf = new Map<string, Set<string>>();
  for (const line of source.purchaseOrderLines) {
    const orders = ordersOf.get(line.item_id) ?? new Set();
    ordersOf.set(line.item_id, orders.add(line.order_id));
  }
  const isSize = (size: number) => size >= 2 && size <= 4;
  return [...ordersOf]
    .filter(([, orders]) => isSize(orders.size))
    .map(([item]) => item)
    .sort()
    .slice(0, 2);
}

function caseBySupplierOrItem(
  order: OrderRow,
  lines: readonly LineRow[],
  unmappedItems: readonly string[],
): CaseName | undefined {
  if (MASKED_SUPPLIERS.some((id) => id === order.supplier_id)) return 'maskedSupplier';
  if (order.supplier_id === WAITING_SUPPLIER) return 'waitingSupplier';
  return lines.some((line) => unmappedItems.includes(line.item_id)) ? 'unmappedItem' : undefined;
}

/** Whether an order can carry a case without a second reason beside it. */
function fits(caseName: CaseName, order: OrderRow, lines: readonly LineRow[]): boolean {
  const branch = branchOf(order);
  const isPlain = branch.company === '00001' && !EURO_SUPPLIERS.includes(order.supplier_id);
  if (caseName === 'noDate') return isPlain && order.order_date === '';
  if (!isPlain || order.order_date === '') return false;
  if (caseName === 'inactiveAccount') return branch.unit === BRANCHES.west.unit;
  if (caseName === 'handMapped') return branch.unit === BRANCHES.south.unit;
  if (caseName === 'zeroQuantity' || caseName === 'mixedStatus') return lines.length >= 2;
  return true;
}

function stageOfCase(caseName: CaseName): StageName {
  if (caseName === 'cancelled') return 'cancelled';
  return caseName === 'mixedStatus' ? 'receiving' : 'printed';
}

function ordinaryStage(order: OrderRow): StageName {
  let rest = hashOf(`stage ${order.order_id}`) % 100;
  // Holds: Object.keys of a literal answers its keys.
  for (const name of Object.keys(STAGES) as StageName[]) {
    if (rest < STAGES[name].share) return name;
    rest -= STAGES[name].share;
  }
  return 'approved';
}
