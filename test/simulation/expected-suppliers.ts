import type { JdeRow } from '../../src/simulators/jde/index.ts';
import { Dictionary, type Evidence, reasonsOf, targetOf, textOf } from './expected.ts';

/** What should stand in Cin7 for a supplier of JDE. */
export interface SupplierContent {
  /** Without the number that tells it from another one of the same name. */
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly address: Readonly<Record<string, string>> | undefined;
  readonly contacts: readonly Readonly<Record<string, string>>[];
}

export type ExpectedSupplier =
  | { readonly kind: 'here'; readonly content: SupplierContent }
  | { readonly kind: 'parked'; readonly reasons: readonly string[] };

/** Every supplier that JDE has now, by address number. */
export function expectedSuppliers(evidence: Evidence): ReadonlyMap<string, ExpectedSupplier> {
  const dictionary = new Dictionary(evidence);
  const rows = (table: string) => Map.groupBy(evidence.jde.rows(table), (row) => textOf(row, 'AN8'));
  const tables = {
    F0101: rows('F0101'),
    F0111: rows('F0111'),
    F0115: rows('F0115'),
    F01151: rows('F01151'),
    F0116: rows('F0116'),
  };
  return new Map(
    evidence.jde.rows('F0401').map((master) => {
      const number = textOf(master, 'AN8');
      const of = (table: keyof typeof tables): readonly JdeRow[] => tables[table].get(number) ?? [];
      return [number, expectedSupplier(master, of, dictionary)];
    }),
  );
}

type RowsOf = (table: 'F0101' | 'F0111' | 'F0115' | 'F01151' | 'F0116') => readonly JdeRow[];

function expectedSupplier(master: JdeRow, of: RowsOf, dictionary: Dictionary): ExpectedSupplier {
  const [book] = of('F0101');
  if (book === undefined) return { kind: 'parked', reasons: ['jde.row_missing'] };
  const mailing = of('F0111').find((row) => textOf(row, 'IDLN') === '0');
  const alpha = textOf(book, 'ALPH');
  const name = textOf(mailing, 'MLNM') || alpha;
  if ([name, alpha, textOf(book, 'TAX')].some((text) => /^\*{2,}$/.test(text)))
    return { kind: 'parked', reasons: ['jde.value_masked'] };
  const term = dictionary.translate('paymentTerm', textOf(master, 'TRAP'));
  const tax = dictionary.translate('taxRule', `${textOf(master, 'EXR2')}/${textOf(master, 'TXA2')}`);
  const currency = dictionary.translate('currency', textOf(master, 'CRRP'));
  const [place] = of('F0116');
  const lines = ['ADD1', 'ADD2', 'ADD3', 'ADD4']
    .map((column) => textOf(place, column))
    .filter((text) => text !== '');
  const city = textOf(place, 'CTY1');
  const hasAddress = lines.length > 0 || city !== '';
  const country = hasAddress ? dictionary.translate('country', textOf(place, 'CTR')) : undefined;
  const reasons = reasonsOf(term, tax, currency, country);
  if (reasons.length > 0) return { kind: 'parked', reasons };
  const [line1 = city, ...rest] = lines;
  return {
    kind: 'here',
    content: {
      name,
      fields: {
        Currency: targetOf(currency),
        PaymentTerm: targetOf(term),
        TaxRule: targetOf(tax),
        AccountPayable: dictionary.payables,
        TaxNumber: textOf(book, 'TAX'),
        Status: 'Active',
      },
      address:
        country === undefined
          ? undefined
          : {
              Type: 'Business',
              Line1: line1,
              Line2: rest.join(', '),
              City: city,
              State: textOf(place, 'ADDS'),
              Postcode: textOf(place, 'ADDZ'),
              Country: targetOf(country),
            },
      contacts: contactsOf(name, of),
    },
  };
}

/** The supplier itself, if it can be reached, and the people of its who's who. */
function contactsOf(name: string, of: RowsOf): readonly Readonly<Record<string, string>>[] {
  const lines = new Set(['0', ...of('F0111').map((row) => textOf(row, 'IDLN'))]);
  return [...lines]
    .toSorted((a, b) => Number(a) - Number(b))
    .flatMap((line) => {
      const byOrder = (rows: readonly JdeRow[]): readonly JdeRow[] =>
        rows
          .filter((row) => textOf(row, 'IDLN') === line)
          .toSorted((a, b) => Number(textOf(a, 'RCK7')) - Number(textOf(b, 'RCK7')));
      const phones = byOrder(of('F0115')).filter((row) => textOf(row, 'PH1') !== '');
      const phone = (fits: (type: string) => boolean): string =>
        phones
          .filter((row) => fits(textOf(row, 'PHTP')))
          .map((row) =>
            [textOf(row, 'AR1'), textOf(row, 'PH1')].filter((part) => part !== '').join(' '),
          )[0] ?? '';
      const email = byOrder(of('F01151')).find(
        (row) => textOf(row, 'ETP') === 'E' && textOf(row, 'EMAL') !== '',
      );
      const reach = {
        Phone: phone((type) => type === '') || phone((type) => !['FAX', 'CAR', 'MOB'].includes(type)),
        MobilePhone: phone((type) => type === 'CAR' || type === 'MOB'),
        Fax: phone((type) => type === 'FAX'),
        Email: textOf(email, 'EMAL'),
      };
      const own = textOf(
        of('F0111').find((row) => textOf(row, 'IDLN') === line),
        'MLNM',
      );
      const called = line === '0' ? name : own;
      const isSilent = Object.values(reach).every((text) => text === '');
      return called === '' || (line === '0' && isSilent) ? [] : [{ Name: called, ...reach }];
    });
}
