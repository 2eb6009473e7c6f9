import type { JdeRow } from '../jde/rows.ts';
import type { SupplierRow } from './columns.ts';
import { DEFAULT_TAX_AREAS, DEFAULT_TERMS, override, pick, TAX_CODES } from './conventions.ts';
import { audit, compressed, cut } from './jde-columns.ts';

/** The address book rows of one supplier, by table. */
export interface SupplierTables {
  readonly F0101: JdeRow;
  readonly F0401: JdeRow;
  readonly F0111: JdeRow;
  readonly F0115: readonly JdeRow[];
  readonly F0116: readonly JdeRow[];
  readonly F01151: readonly JdeRow[];
}

/** Terms and tax that a supplier gets: from its optional cells, else by a hash of its number. */
export function supplierCodes(row: SupplierRow): { terms: string; area: string; explanation: string } {
  const terms = override(row.payment_terms, pick(DEFAULT_TERMS, row.supplier_id, ''));
  const area = override(row.tax_area, pick(DEFAULT_TAX_AREAS[row.currency] ?? [], row.supplier_id, ''));
  const implied = TAX_CODES.find((code) => code.area === area)?.explanation ?? '';
  return { terms, area, explanation: override(row.tax_code, implied) };
}

export function supplierTables(row: SupplierRow, stampDate: string): SupplierTables {
  const AN8 = Number(row.supplier_id);
  const stamp = (program: string) =>
    audit({ key: `${program}${row.supplier_id}`, date: stampDate, program, time: 'UPMT' });
  return {
    F0101: { ...addressBook(row, stampDate), ...stamp('EP01012') },
    F0401: { ...supplierMaster(row), ...stamp('EP04012') },
    F0111: {
      AN8,
      IDLN: 0,
      DSS5: 0,
      GNNM: '',
      SRNM: '',
      TYC: '',
      ...stamp('EP0111'),
      MLNM: cut(override(row.mailing_name, row.name), 40),
    },
    F0115: phones(row).map((phone, index) => ({
      AN8,
      IDLN: 0,
      CNLN: 0,
      RCK7: index + 1,
      AR1: '',
      ...phone,
      ...stamp('EP0115'),
    })),
    F0116: hasAddress(row) ? [{ ...address(row, stampDate), ...stamp('EP01012') }] : [],
    F01151:
      row.email === ''
        ? []
        : [{ AN8, IDLN: 0, RCK7: 1, ETP: 'E', EMAL: cut(row.email, 256), ...stamp('EP01012') }],
  };
}

function addressBook(row: SupplierRow, stampDate: string): JdeRow {
  const isDuns = row.registration_type.toUpperCase() === 'DUNS';
  return {
    AN8: Number(row.supplier_id),
    ALKY: '',
    TAX: cut(row.registration_id, 20),
    ALPH: cut(row.name, 40),
    DC: compressed(row.name),
    MCU: '1',
    LNGP: '',
    AT1: cut(override(row.search_type, 'V'), 3),
    TAXC: '',
    ATP: cut(override(row.payables_flag, 'Y'), 1),
    ATR: 'N',
    ATE: 'N',
    SBLI: '',
    EFTB: stampDate,
    AN81: 0,
    AN82: 0,
    AN83: 0,
    AN84: 0,
    AN85: 0,
    AN86: 0,
    AC01: cut(row.category, 3),
    AC02: '',
    AC03: '',
    AC04: '',
    AC05: '',
    AC06: '',
    AC07: '',
    AC08: '',
    AC09: '',
    AC10: '',
    RMK: cut(row.category, 30),
    TXCT: '',
    TX2: '',
    DUNS: isDuns ? cut(row.registration_id, 13) : '',
  };
}

function supplierMaster(row: SupplierRow): JdeRow {
  const codes = supplierCodes(row);
  return {
    AN8: Number(row.supplier_id),
    APC: '',
    KCOP: '00000',
    CRRP: cut(row.currency, 3),
    TXA2: cut(codes.area, 10),
    EXR2: cut(codes.explanation, 2),
    HDPY: cut(override(row.hold_payment, ''), 1),
    TXA3: '',
    EXR3: '',
    TRAP: cut(codes.terms, 3),
    PYIN: '',
    SNTO: 0,
    CRCA: cut(row.currency, 3),
    AN8R: Number(row.supplier_id),
    HOLD: '',
  };
}

function phones(row: SupplierRow): JdeRow[] {
  return [
    { PHTP: '', PH1: cut(row.phone, 20) },
    { PHTP: 'FAX', PH1: cut(row.fax, 20) },
  ].filter((phone) => phone.PH1 !== '');
}

function hasAddress(row: SupplierRow): boolean {
  const parts = [row.address_line_1, row.address_line_2, row.city, row.state, row.postal_code, row.country];
  return parts.some((part) => part !== '');
}

function address(row: SupplierRow, stampDate: string): JdeRow {
  return {
    AN8: Number(row.supplier_id),
    EFTB: stampDate,
    EFTF: '1',
    ADD1: cut(row.address_line_1, 40),
    ADD2: cut(row.address_line_2, 40),
    ADD3: '',
    ADD4: '',
    ADDZ: cut(row.postal_code, 12),
    CTY1: cut(row.city, 25),
    COUN: '',
    ADDS: cut(row.state, 3),
    CTR: cut(row.country, 3),
  };
}
