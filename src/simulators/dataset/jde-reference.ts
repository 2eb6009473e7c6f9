import type { JdeRow } from '../jde/rows.ts';
import type { Dataset, ItemRow } from './columns.ts';
import {
  CURRENCY_DECIMALS,
  CURRENCY_NAMES,
  DEFAULT_UNIT,
  override,
  PAYMENT_TERMS,
  TAX_CODES,
} from './conventions.ts';
import { audit, compressed, cut, descriptionLines } from './jde-columns.ts';
import type { CompanyBook } from './jde-companies.ts';

/** Item master: the long item number is the data set's item number. */
export function itemRows(dataset: Dataset, stampDate: string): JdeRow[] {
  return dataset.items.map((row) => ({
    ...itemRow(row),
    ...audit({ key: row.item_id, date: stampDate, program: 'EP4101', time: 'TDAY' }),
  }));
}

function itemRow(row: ItemRow): JdeRow {
  const unit = cut(row.uom || DEFAULT_UNIT, 2);
  return {
    ITM: Number(row.item_id),
    LITM: cut(row.item_number, 25),
    AITM: '',
    ...descriptionLines(row.description, row.description_2),
    SRTX: cut(row.description, 30),
    ALN: cut(compressed(row.description), 30),
    SRP1: '',
    SRP2: '',
    SRP3: '',
    SRP4: '',
    SRP5: '',
    PRP1: cut(row.category_code, 3),
    PRP2: '',
    PRP3: '',
    PRP4: '',
    PRP5: '',
    BUYR: 0,
    UOM1: unit,
    UOM2: '',
    UOM3: unit,
    UOM4: unit,
    GLPT: 'IN30',
    PLEV: '2',
    CLEV: '2',
    STKT: cut(override(row.stocking_type, 'P'), 1),
    LNTY: cut(override(row.line_type, 'S'), 2),
    UPCN: '',
    SCC0: '',
  };
}

export function companyRows(companies: CompanyBook, stampDate: string): JdeRow[] {
  return companies.all.map((company) => ({
    CO: company,
    NAME: cut(companies.nameOf(company), 30),
    CRYR: 'Y',
    CRCD: companies.currencyOf(company),
    AN8: Number(company),
    ...stampOf('EP0010', company, stampDate),
  }));
}

/** Every currency of the conventions, and those that only the data name. */
export function currencyRows(dataset: Dataset, companies: CompanyBook, stampDate: string): JdeRow[] {
  const codes = new Set([
    ...Object.keys(CURRENCY_DECIMALS),
    ...companies.all.map((company) => companies.currencyOf(company)),
    ...dataset.suppliers.map((row) => row.currency),
    ...dataset.purchaseOrders.map((row) => row.currency),
  ]);
  return [...codes]
    .filter((code) => code !== '')
    .map((code) => ({
      CRCD: code,
      DL01: CURRENCY_NAMES[code] ?? code,
      CDEC: String(CURRENCY_DECIMALS[code] ?? 2),
      ...stampOf('EP0013', code, stampDate),
    }));
}

/** The terms of the conventions, and a row for each further code that a supplier or order names. */
export function termRows(used: ReadonlySet<string>, stampDate: string): JdeRow[] {
  const known = new Set(PAYMENT_TERMS.map((term) => term.code));
  const extra = [...used]
    .filter((code) => !known.has(code))
    .map((code) => ({
      code,
      description: `Terms ${code}`,
      netDays: 30,
      discountPercent: '0',
      discountDays: 0,
    }));
  return [...PAYMENT_TERMS, ...extra].map((term) => ({
    PTC: term.code,
    PTD: cut(term.description, 30),
    DCP: term.discountPercent,
    DCD: term.discountDays,
    NDTP: term.netDays,
    DDJ: null,
    NSP: 0,
    DTPA: 0,
    PXDM: 0,
    PXDD: 0,
    ...stampOf('EP0014', term.code, stampDate),
  }));
}

/**
 * The tax areas of the conventions, and a row at 0 % for each further area that a supplier or order names.
 * A blank area is no row, and F4008 has no audit columns.
 */
export function taxAreaRows(used: ReadonlySet<string>, stampDate: string): JdeRow[] {
  const known = new Map(TAX_CODES.map((code) => [code.area, code]));
  const areas = new Set([...known.keys(), ...used]);
  return [...areas]
    .filter((area) => area !== '')
    .map((area) => ({
      TXA1: area,
      TAXA: cut(known.get(area)?.description ?? `Tax area ${area}`, 30),
      TXR1: known.get(area)?.percent ?? '0.000',
      TXR2: '0.000',
      TXR3: '0.000',
      TXR4: '0.000',
      TXR5: '0.000',
      EFDJ: stampDate,
      EFTJ: '2099-12-31',
      ITM: 0,
      LITM: '',
      AITM: '',
      UOM: '',
    }));
}

function stampOf(program: string, key: string, date: string): JdeRow {
  return audit({ key: `${program}${key}`, date, program, time: 'UPMT' });
}
