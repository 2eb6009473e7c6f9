import { Big } from 'big.js';
import type { JdeRow } from '../jde/rows.ts';
import type { LineRow, OrderRow } from './columns.ts';
import {
  CLOSED_STATUS,
  DEFAULT_LAST_STATUS,
  DEFAULT_NEXT_STATUS,
  DEFAULT_UNIT,
  override,
} from './conventions.ts';
import type { AccountCoding } from './jde-accounts.ts';
import { lineAmounts, type Money } from './jde-amounts.ts';
import { cut, dateOf, descriptionLines } from './jde-columns.ts';

/** What a line takes over from its order. */
export interface LineHeader {
  readonly order: OrderRow;
  readonly key: JdeRow;
  readonly branchPlant: string;
  readonly money: Money;
  readonly terms: string;
  readonly area: string;
  readonly explanation: string;
}

/** One F4311 row without its audit columns. `itemNumbers` finds the long item number of a short one. */
export function lineRow(
  line: LineRow,
  header: LineHeader,
  found: { coding: AccountCoding | undefined; itemNumber: string; unit: string; UKID: number },
): JdeRow {
  const unit = cut(line.uom || found.unit || DEFAULT_UNIT, 2);
  return {
    ...header.key,
    LNID: new Big(line.line_number).toFixed(3),
    MCU: cut(override(line.branch_plant, header.branchPlant), 12),
    CO: header.key['KCOO'] ?? '',
    ...originalOrder(),
    AN8: Number(header.order.supplier_id),
    SHAN: 0,
    ...lineDates(line, header.order),
    VR01: cut(line.line_reference, 25),
    VR02: '',
    ITM: Number(line.item_id || '0'),
    LITM: cut(found.itemNumber, 25),
    AITM: '',
    LOCN: '',
    LOTN: '',
    ...descriptionLines(line.description, line.description_2),
    LNTY: cut(override(line.line_type, defaultLineType(line)), 2),
    ...quantitiesAndAmounts(line, header.money),
    UOM: unit,
    UOM1: unit,
    UOM2: '',
    UOM3: unit,
    PROV: '',
    DSPR: '1',
    PTC: cut(header.terms, 3),
    TX: header.area === '' ? 'N' : 'Y',
    EXR1: cut(override(line.tax_code, header.explanation), 2),
    TXA1: cut(override(line.tax_area, header.area), 10),
    ANBY: 0,
    GLC: line.item_id === '' ? '' : 'IN30',
    STTS: '',
    SBLT: '',
    SBL: '',
    MACT: '',
    ...(found.coding ?? { AID: '', OMCU: '', OBJ: '', SUB: '', ANI: '' }),
    PDP1: cut(line.category_code, 3),
    PDP2: '',
    PDP3: '',
    PDP4: '',
    PDP5: '',
    CRCD: header.money.currency,
    BCRC: header.money.baseCurrency,
    CRR: header.money.rate,
    CORD: 0,
    TORG: 'DATASET',
    UKID: found.UKID,
  };
}

function originalOrder(): JdeRow {
  return { OKCO: '', OORN: '', OCTO: '', OGNO: '0.000', RKCO: '', RORN: '', RCTO: '', RLLN: '0.000' };
}

function lineDates(line: LineRow, order: OrderRow): JdeRow {
  const promised = dateOf(line.promised_date);
  return {
    TRDJ: dateOf(line.line_date || order.order_date),
    DRQJ: dateOf(override(order.requested_date, line.promised_date)),
    PDDJ: promised,
    OPDJ: promised,
    ADDJ: dateOf(line.delivered_date),
    CNDJ: null,
    PPDJ: null,
    DGL: dateOf(line.line_date || order.order_date),
  };
}

function defaultLineType(line: LineRow): string {
  if (line.line_kind === 'amount_only') return 'J';
  return line.item_id === '' ? 'N' : 'S';
}

/** Status, quantities and amounts. A line at 999 has nothing open; a lump sum is a quantity of one. */
function quantitiesAndAmounts(line: LineRow, money: Money): JdeRow {
  const NXTR = cut(override(line.next_status, DEFAULT_NEXT_STATUS), 3);
  const LTTR = cut(override(line.last_status, DEFAULT_LAST_STATUS), 3);
  const isText = line.line_type === 'T';
  const ordered = new Big(line.quantity || (isText ? '0' : '1'));
  const received = new Big(override(line.received_quantity, '0') || '0');
  const open = NXTR === CLOSED_STATUS ? new Big(0) : ordered.minus(received);
  const UORG = ordered.toFixed();
  return {
    NXTR,
    LTTR,
    UORG,
    PQOR: UORG,
    SQOR: '0',
    UOPN: open.toFixed(),
    UREC: received.toFixed(),
    CREC: received.toFixed(),
    UCHG: '0',
    URLV: '0',
    OTQY: '',
    ...lineAmounts(line, { ordered, received, open }, money),
  };
}
