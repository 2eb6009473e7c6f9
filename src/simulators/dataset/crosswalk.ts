import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { type Dataset, DatasetError } from './columns.ts';
import { PAYMENT_TERMS, TAX_CODES } from './conventions.ts';
import { locationNames, usedObjects } from './locations.ts';
import { toJdeTables } from './to-jde-tables.ts';

export const CROSSWALK_KINDS = [
  'paymentTerm',
  'taxRule',
  'currency',
  'country',
  'location',
  'unit',
  'serviceProduct',
  'item',
  'account',
] as const;

/**
 * One line of the reference table that a customer imports.
 *
 * | kind | code | target |
 * | --- | --- | --- |
 * | paymentTerm | terms code, blank is a code | term name |
 * | taxRule | `EXR/TXA`, either side may be blank | rule name |
 * | currency, country | the code | ISO currency, country name |
 * | location | branch/plant without padding | location name |
 * | unit, item | JDE unit, second item number; only where the names differ | unit name, SKU |
 * | serviceProduct | Cin7 account code | SKU of the service product |
 * | account | account id (AID); only where the code template does not fit | Cin7 account code |
 */
export interface CrosswalkRow {
  readonly kind: (typeof CROSSWALK_KINDS)[number];
  readonly code: string;
  readonly target: string;
}

const COUNTRY_NAMES: Readonly<Record<string, string>> = {
  US: 'United States',
  GB: 'United Kingdom',
  XK: 'Kosovo',
  ZA: 'South Africa',
  FR: 'France',
  DE: 'Germany',
  CH: 'Switzerland',
  IE: 'Ireland',
  IN: 'India',
  NG: 'Nigeria',
  HK: 'Hong Kong',
  CN: 'China',
  NL: 'Netherlands',
  PR: 'Puerto Rico',
  MX: 'Mexico',
  PA: 'Panama',
  LU: 'Luxembourg',
  DK: 'Denmark',
  CZ: 'Czech Republic',
  JP: 'Japan',
};

/** What a careful customer would have imported for this data set and `toCin7Company` of it. */
export function toCrosswalk(dataset: Dataset): CrosswalkRow[] {
  const tables = toJdeTables(dataset);
  const currencies = new Set([...dataset.suppliers, ...dataset.purchaseOrders].map((row) => row.currency));
  const countries = new Set(dataset.suppliers.map((row) => row.country));
  return [
    ...PAYMENT_TERMS.map((term) => ({ kind: 'paymentTerm' as const, code: term.code, target: term.target })),
    ...TAX_CODES.map((tax) => ({
      kind: 'taxRule' as const,
      code: `${tax.explanation}/${tax.area}`,
      target: tax.target,
    })),
    ...sorted(currencies).map((code) => ({ kind: 'currency' as const, code, target: code })),
    ...sorted(countries).map((code) => ({
      kind: 'country' as const,
      code,
      target: COUNTRY_NAMES[code] ?? code,
    })),
    ...[...locationNames(tables)].map(([code, target]) => ({ kind: 'location' as const, code, target })),
    ...[...usedObjects(tables).keys()]
      .filter((object) => object !== '1411')
      .map((code) => ({ kind: 'serviceProduct' as const, code, target: `SVC-${code}` })),
  ];
}

/** Reads a file with the columns kind, code and target. */
export async function readCrosswalk(path: string): Promise<CrosswalkRow[]> {
  const file = basename(path);
  const records = parseRecords(file, await readFile(path, 'utf8'));
  return records.map(([kindText = '', code = '', target = ''], index) => {
    const kind = CROSSWALK_KINDS.find((candidate) => candidate === kindText);
    if (kind === undefined) {
      throw new DatasetError({ file, row: index + 2, column: 'kind' }, `'${kindText}' is no kind of code`);
    }
    return { kind, code, target };
  });
}

function parseRecords(file: string, text: string): string[][] {
  try {
    // Holds: without `columns` and `cast`, csv-parse answers arrays of text.
    const [header, ...records] = parse(text, { bom: true, skip_empty_lines: true }) as string[][];
    if (header?.join() === 'kind,code,target') return records;
    throw new DatasetError({ file, row: 1, column: 'kind' }, 'the columns must be kind, code, target');
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new DatasetError({ file, row: 0, column: '' }, cause.message, cause);
  }
}

function sorted(codes: ReadonlySet<string>): string[] {
  return [...codes].filter((code) => code !== '').sort();
}
