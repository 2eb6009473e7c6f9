import type { JdeRow } from '../jde/rows.ts';
import { type AccountRow, accountKey, type Dataset } from './columns.ts';
import { DEFAULT_COMPANY, override } from './conventions.ts';
import { audit, compressed, cut } from './jde-columns.ts';
import type { CompanyBook } from './jde-companies.ts';

/** What an order line takes over from its account. */
export interface AccountCoding {
  readonly AID: string;
  readonly OMCU: string;
  readonly OBJ: string;
  readonly SUB: string;
  readonly ANI: string;
}

export interface AccountTables {
  readonly F0901: readonly JdeRow[];
  /** Business units of the chart; those of orders are added by `branchPlantRows`. */
  readonly F0006: readonly JdeRow[];
  codingOf(source: string, accountId: string): AccountCoding | undefined;
}

/**
 * Builds the chart. AID is the row's own `account_aid`, else the first free 8-digit number from its position on.
 * A business unit that an earlier source already has gets the later source's code in front (`JDEDEMO1`),
 * since JDE knows a business unit only once.
 */
export function accountTables(dataset: Dataset, companies: CompanyBook, stampDate: string): AccountTables {
  const units = businessUnitNames(dataset.accounts);
  const aids = accountIds(dataset.accounts);
  const codings = new Map<string, AccountCoding>();
  const F0006 = new Map<string, JdeRow>();
  const F0901 = dataset.accounts.map((row, index) => {
    const MCU = units(row);
    const AID = aids[index] ?? '';
    const CO = cut(override(row.company, companies.ofSource(row.source)), 5);
    codings.set(accountKey(row.source, row.account_id), codingOf(row, { AID, MCU }));
    F0006.set(MCU, businessUnit(row, { MCU, CO, earlier: F0006.get(MCU), stampDate }));
    return { ...account(row, { AID, MCU, CO }), ...stampOf('EP0901', AID, stampDate) };
  });
  return {
    F0901,
    F0006: [...F0006.values()],
    codingOf: (source, accountId) => codings.get(accountKey(source, accountId)),
  };
}

/** Rows for the branch/plants that orders name and the chart does not have. */
export function branchPlantRows(
  used: ReadonlyMap<string, string>,
  chart: readonly JdeRow[],
  how: { companies: CompanyBook; stampDate: string },
): JdeRow[] {
  const known = new Set(chart.map((row) => row['MCU']));
  return [...used]
    .filter(([MCU]) => MCU !== '' && !known.has(MCU))
    .map(([MCU, company]) => {
      const name = how.companies.branchPlantName(MCU) ?? `Branch ${MCU}`;
      const unit = { MCU, STYL: 'BP', LDM: '', CO: company || DEFAULT_COMPANY, AN8: 0, FMOD: '', PECC: '' };
      return { ...unit, DL01: cut(name, 30), DC: compressed(name), ...stampOf('EP0006', MCU, how.stampDate) };
    });
}

function businessUnitNames(rows: readonly AccountRow[]): (row: AccountRow) => string {
  const sourceOf = new Map<string, string>();
  for (const row of rows) {
    if (!sourceOf.has(row.business_unit)) sourceOf.set(row.business_unit, row.source);
  }
  return (row) => {
    const isFirst = sourceOf.get(row.business_unit) === row.source;
    return cut(isFirst ? row.business_unit : `${row.source}${row.business_unit}`, 12);
  };
}

function accountIds(rows: readonly AccountRow[]): string[] {
  const taken = new Set(rows.map((row) => row.account_aid ?? ''));
  let position = 0;
  return rows.map((row) => {
    const own = row.account_aid ?? '';
    if (own !== '') return cut(own, 8);
    do position += 1;
    while (taken.has(String(position).padStart(8, '0')));
    return String(position).padStart(8, '0');
  });
}

function codingOf(row: AccountRow, made: { AID: string; MCU: string }): AccountCoding {
  const OBJ = cut(row.object, 6);
  const SUB = cut(row.subsidiary, 8);
  const ANI = `${made.MCU.padStart(12)}.${OBJ}${SUB === '' ? '' : `.${SUB}`}`;
  return { AID: made.AID, OMCU: made.MCU, OBJ, SUB, ANI };
}

function account(row: AccountRow, made: { AID: string; MCU: string; CO: string }): JdeRow {
  const isTitle = ['1', '2', '3'].includes(row.level_of_detail);
  return {
    ...made,
    OBJ: cut(row.object, 6),
    SUB: cut(row.subsidiary, 8),
    ANS: '',
    DL01: cut(row.description, 30),
    LDA: cut(row.level_of_detail || '6', 1),
    PEC: cut(override(row.posting_edit_code, isTitle ? 'N' : ''), 1),
    BILL: 'N',
    CRCD: '',
    UM: '',
    R021: cut(override(row.category_21, ''), 10),
    R022: '',
    R023: '',
    OBJA: '',
    SUBA: '',
    FMOD: cut(override(row.model_flag, ''), 1),
    TXGL: '',
  };
}

function businessUnit(
  row: AccountRow,
  made: { MCU: string; CO: string; earlier: JdeRow | undefined; stampDate: string },
): JdeRow {
  const PECC = override(row.business_unit_posting, '');
  if (made.earlier !== undefined) return PECC === '' ? made.earlier : { ...made.earlier, PECC: cut(PECC, 1) };
  return {
    MCU: made.MCU,
    STYL: cut(row.business_unit_type, 2),
    DC: compressed(row.business_unit_name),
    LDM: cut(row.business_unit_level, 1),
    CO: made.CO,
    AN8: 0,
    FMOD: '',
    DL01: cut(row.business_unit_name || `Business unit ${made.MCU}`, 30),
    PECC: cut(PECC, 1),
    ...stampOf('EP0006', made.MCU, made.stampDate),
  };
}

function stampOf(program: string, key: string, date: string): JdeRow {
  return audit({ key: `${program}${key}`, date, program, time: 'UPMT' });
}
