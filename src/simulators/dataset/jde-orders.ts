import { Big } from 'big.js';
import type { JdeRow } from '../jde/rows.ts';
import type { Dataset, LineRow, OrderRow, SupplierRow } from './columns.ts';
import { ORDER_TYPES, override, TAX_CODES } from './conventions.ts';
import type { AccountTables } from './jde-accounts.ts';
import { orderMoney } from './jde-amounts.ts';
import { audit, cut, dateOf } from './jde-columns.ts';
import type { CompanyBook } from './jde-companies.ts';
import { type LineHeader, lineRow } from './jde-lines.ts';
import { supplierCodes } from './jde-suppliers.ts';

export interface OrderTables {
  readonly F4301: readonly JdeRow[];
  readonly F4311: readonly JdeRow[];
  /** Branch/plants that orders and lines name, with the company of the first order that does. */
  readonly branchPlants: ReadonlyMap<string, string>;
}

/** Builds headers and lines. An order is stamped with its own date, one without a date with `stampDate`. */
export function orderTables(
  dataset: Dataset,
  parts: { companies: CompanyBook; accounts: AccountTables; stampDate: string },
): OrderTables {
  const suppliers = new Map(dataset.suppliers.map((row) => [row.supplier_id, row]));
  const items = new Map(dataset.items.map((row) => [row.item_id, row]));
  const linesOf = Map.groupBy(dataset.purchaseOrderLines, (line) => line.order_id);
  const branchPlants = new Map<string, string>();
  const F4311: JdeRow[] = [];
  const F4301 = dataset.purchaseOrders.map((order) => {
    const header = lineHeader(order, suppliers.get(order.supplier_id), parts.companies);
    const date = order.order_date || parts.stampDate;
    const stamp = audit({ key: order.order_id, date, program: 'EP4310', time: 'TDAY' });
    const rows = (linesOf.get(order.order_id) ?? []).map((line) => {
      const coding = parts.accounts.codingOf(order.source, line.account_id);
      const item = items.get(line.item_id);
      const unit = item?.uom ?? '';
      const itemNumber = item?.item_number ?? line.item_number_source;
      return { ...lineRow(line, header, { coding, itemNumber, unit, UKID: ukid(order, line) }), ...stamp };
    });
    F4311.push(...rows);
    for (const MCU of [header.branchPlant, ...rows.map((row) => String(row['MCU']))]) {
      if (!branchPlants.has(MCU)) branchPlants.set(MCU, parts.companies.ofOrder(order));
    }
    return { ...headerRow(header, rows), ...stamp };
  });
  return { F4301, F4311, branchPlants };
}

function lineHeader(order: OrderRow, supplier: SupplierRow | undefined, companies: CompanyBook): LineHeader {
  const codes = supplier === undefined ? { terms: '', area: '', explanation: '' } : supplierCodes(supplier);
  const area = override(order.tax_area, codes.area);
  const implied = TAX_CODES.find((code) => code.area === area)?.explanation ?? codes.explanation;
  return {
    order,
    key: {
      KCOO: companies.ofOrder(order),
      DOCO: Number(order.order_seq),
      DCTO: override(order.order_type, ORDER_TYPES[order.order_kind] ?? 'OP'),
      SFXO: '000',
    },
    branchPlant: cut(companies.branchPlantOf(order), 12),
    money: orderMoney(order, companies),
    terms: override(order.payment_terms, codes.terms),
    area,
    explanation: override(order.tax_code, implied),
  };
}

function headerRow(header: LineHeader, lines: readonly JdeRow[]): JdeRow {
  const { order, money } = header;
  const requested = dateOf(override(order.requested_date, ''));
  const [promised] = lines.map((line) => line['PDDJ'] ?? null).filter((date) => date !== null);
  return {
    ...header.key,
    MCU: header.branchPlant,
    OKCO: '',
    OORN: '',
    OCTO: '',
    RKCO: '',
    RORN: '',
    RCTO: '',
    AN8: Number(order.supplier_id),
    SHAN: 0,
    DRQJ: requested ?? promised ?? null,
    TRDJ: dateOf(order.order_date),
    PDDJ: promised ?? null,
    OPDJ: promised ?? null,
    ADDJ: null,
    CNDJ: null,
    PPDJ: null,
    VR01: cut(order.order_number, 25),
    VR02: cut(order.reference, 25),
    DEL1: cut(order.destination_country, 30),
    DEL2: '',
    RMK: cut(order.reference_2 || order.department, 30),
    DESC: cut(order.description, 30),
    PTC: cut(header.terms, 3),
    EXR1: cut(header.explanation, 2),
    TXA1: cut(header.area, 10),
    HOLD: cut(override(order.hold_code, ''), 2),
    FRTH: cut(order.incoterm, 3),
    ANBY: 0,
    ANCR: 0,
    MOT: cut(order.ship_mode.toUpperCase(), 3),
    OTOT: sum(lines, 'AEXP'),
    OSTS: '',
    AVCH: '',
    ARTG: '',
    CORD: 0,
    CRRM: money.mode,
    CRCD: money.currency,
    CRR: money.rate,
    FAP: sum(lines, 'FAP'),
    BCRC: money.baseCurrency,
    ORBY: 'DATASET',
    TKBY: 'DATASET',
  };
}

function sum(lines: readonly JdeRow[], column: 'AEXP' | 'FAP'): string {
  return lines.reduce((total, line) => total.plus(line[column] ?? '0'), new Big(0)).toFixed(2);
}

/** A number of its own for every line; 1,000 lines per order are room enough for the sources. */
function ukid(order: OrderRow, line: LineRow): number {
  return Number(order.order_seq) * 1000 + Math.round(Number(line.line_number));
}
