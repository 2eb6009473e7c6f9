import type { SupplierRow } from '../../src/simulators/dataset/index.ts';

/** Suppliers with a part in a planted case, by their number in the source. */
export const MASKED_SUPPLIERS = ['90000057', '90000069'] as const;
/** What JDE shows of a name that data privacy hides. */
export const MASKED_NAME = '*'.repeat(40);
export const WAITING_SUPPLIER = '90000020';
export const EURO_SUPPLIERS: readonly string[] = ['90000023', '90000063', '90000068'];
/** Same name, second number; half of the first one's orders are moved to it. */
export const DUPLICATES: Readonly<Record<string, string>> = {
  '90000009': '90000109',
  '90000007': '90000107',
};
export const UNMAPPED_TERM = 'N75';
/** Deprecated in Cin7: Example Print Works Ltd, the fifth invented supplier. */
export const DEPRECATED_TWIN = '90000905';

/** Countries that the name itself tells. */
const COUNTRIES: readonly (readonly [RegExp, string])[] = [
  [/SOUTH AFRICA/, 'ZA'],
  [/\(FRANCE\)/, 'FR'],
  [/NIGERIA/, 'NG'],
  [/PUERTO RICO/, 'PR'],
  [/IRELAND/, 'IE'],
  [/HONG KONG/, 'HK'],
  [/SHANGHAI/, 'CN'],
  [/BASEL/, 'CH'],
  [/GMBH| E\.V\./, 'DE'],
  [/ B\.?V\.?$/, 'NL'],
  [/ A\/S$/, 'DK'],
];

const MAILING_NAMES: Readonly<Record<string, string>> = {
  '90000004': 'Sun Pharmaceutical Industries Ltd',
  '90000005': 'Merck Sharp & Dohme Idea GmbH',
  '90000021': 'Mylan Laboratories Ltd',
};

/** Made up from end to end: the name, the address, the telephone number and the e-mail address. */
const INVENTED: readonly (Partial<SupplierRow> & { readonly name: string })[] = [
  { name: 'Møller & Søn Eksempel A/S', city: 'Eksempelby', country: 'DK', currency: 'EUR' },
  { name: 'Société Exemple Santé SARL', city: 'Exempleville', country: 'FR', currency: 'EUR' },
  {
    name: 'Příkladné Léky s.r.o.',
    city: 'Příkladov',
    country: 'CZ',
    currency: 'EUR',
    email: 'orders@example.invalid',
  },
  { name: '見本医薬品株式会社', city: '見本市', country: 'JP', currency: 'USD' },
  { name: 'Example Print Works Ltd', city: 'Sampleton', state: 'XX', postal_code: '00000', country: 'US' },
  { name: 'Example Freight Forwarders Inc', city: 'Sampleton', country: 'US', hold_payment: '1' },
];

/** The sample's suppliers: those of the source with what the cases change, the second numbers, the invented ones. */
export function buildSuppliers(source: readonly SupplierRow[]): SupplierRow[] {
  const rows = source.map(fromSource);
  const duplicates = rows.flatMap((row) => {
    const second = DUPLICATES[row.supplier_id];
    return second === undefined ? [] : [{ ...row, supplier_id: second, source_key: `${row.source_key} (2)` }];
  });
  return [...rows, ...duplicates, ...INVENTED.map(invented)];
}

function fromSource(row: SupplierRow): SupplierRow {
  const isMasked = MASKED_SUPPLIERS.some((id) => id === row.supplier_id);
  const name = isMasked ? MASKED_NAME : row.name;
  return {
    ...row,
    name,
    source_key: name,
    country: COUNTRIES.find(([pattern]) => pattern.test(row.name.toUpperCase()))?.[1] ?? '',
    currency: EURO_SUPPLIERS.includes(row.supplier_id) ? 'EUR' : row.currency,
    payment_terms: row.supplier_id === WAITING_SUPPLIER ? UNMAPPED_TERM : '',
    hold_payment: '',
    mailing_name: MAILING_NAMES[row.supplier_id] ?? '',
  };
}

function invented(own: Partial<SupplierRow> & { readonly name: string }, index: number): SupplierRow {
  const id = String(90000901 + index);
  return {
    supplier_id: id,
    supplier_id_origin: 'assigned',
    source: 'INVENTED',
    source_key: own.name,
    other_names: '',
    address_line_1: `${index + 1} Example Street`,
    address_line_2: '',
    city: '',
    state: '',
    postal_code: '',
    country: '',
    phone: `+1 555 01${String(index + 10)}`,
    fax: index % 2 === 0 ? `+1 555 01${String(index + 50)}` : '',
    email: `orders${index + 1}@example.com`,
    registration_type: '',
    registration_id: '',
    category: 'SERVICES',
    currency: 'USD',
    currency_origin: 'implied',
    orders_in_set: '0',
    payment_terms: '',
    hold_payment: '',
    mailing_name: '',
    ...own,
  };
}
