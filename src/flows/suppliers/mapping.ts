import type { MappingSettings } from '../../config/settings.ts';
import type { CrosswalkView } from '../../crosswalk/view.ts';
import { accept, type Decoded, reject } from '../../domain/decoded.ts';
import type { LocalDate } from '../../domain/local-date.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import { firstProblem, type Mapped, type SourceRecord, textOf } from '../flow.ts';
import { markerOf } from '../marker.ts';
import { mapContacts } from './contacts.ts';
import type { AddressPayload, SupplierPayload } from './payload.ts';

const NAME_LENGTH_MAX = 256;
const ADDRESS_LENGTH_MAX = 256;
const POSTCODE_LENGTH_MAX = 20;

export interface SupplierContext {
  readonly settings: MappingSettings;
  readonly crosswalk: CrosswalkView;
  /** Code of the payables account in Cin7. */
  readonly payablesAccount: string;
  readonly today: LocalDate;
  /** Gives a name to a supplier: its own, or one with its number where another JDE supplier has it. */
  claimName(recordKey: string, name: string): Decoded<string>;
}

/** What Cin7 should hold for a JDE supplier, or why it cannot. */
export function mapSupplier(record: SourceRecord, context: SupplierContext): Mapped<SupplierPayload> {
  const master = record.rows['F0401']?.[0];
  const addressBook = record.rows['F0101']?.[0];
  const label = textOf(addressBook, 'ALPH') || `Supplier ${record.key}`;
  const rejected = (rejection: ReturnType<typeof reject>): Mapped<SupplierPayload> => ({
    kind: 'rejected',
    label,
    rejection: rejection.rejection,
  });

  const problem = firstProblem(record);
  if (problem !== undefined) return { kind: 'rejected', label, rejection: problem };
  if (master === undefined)
    return rejected(
      reject('jde.row_missing', 'F0401', `The supplier master row of ${record.key} is not visible.`),
    );
  if (addressBook === undefined)
    return rejected(
      reject('jde.row_missing', 'F0101', `The address book row of ${record.key} is not visible.`),
    );
  const excluded = excludedBy(addressBook, context.settings);
  if (excluded !== undefined) return { kind: 'notDue', label, reason: excluded };

  const name = mapName(record, addressBook, context);
  if (!name.ok) return rejected(name);
  const references = mapReferences(master, context);
  const addresses = mapAddresses(record, addressBook, context);
  if (!references.ok) return rejected(references);
  if (!addresses.ok) return rejected(addresses);

  const held = context.settings.suppliers.deprecatedHoldCodes.includes(textOf(master, 'HDPY'));
  return {
    kind: 'payload',
    label,
    payload: {
      Name: name.value,
      ...references.value,
      AccountPayable: context.payablesAccount,
      Status: held ? 'Deprecated' : 'Active',
      TaxNumber: textOf(addressBook, 'TAX'),
      Comments: markerOf(context.settings.marker, 'AB', record.key),
      Addresses: addresses.value,
      Contacts: mapContacts(
        record,
        supplierName(record, addressBook, context.settings),
        context.settings.suppliers,
      ),
    },
  };
}

function excludedBy(addressBook: SourceRow, settings: MappingSettings): string | undefined {
  const { searchTypes, payablesFlags } = settings.suppliers;
  const searchType = textOf(addressBook, 'AT1');
  const payablesFlag = textOf(addressBook, 'ATP');
  if (searchTypes.length > 0 && !searchTypes.includes(searchType))
    return `search type ${searchType || '(blank)'} is not synced`;
  if (payablesFlags.length > 0 && !payablesFlags.includes(payablesFlag))
    return `payables flag ${payablesFlag || '(blank)'} is not synced`;
  return undefined;
}

function supplierName(record: SourceRecord, addressBook: SourceRow, settings: MappingSettings): string {
  const mailing = record.rows['F0111']?.find((row) => row.values['IDLN'] === '0');
  const alpha = textOf(addressBook, 'ALPH');
  return settings.suppliers.name === 'mailing' ? textOf(mailing, 'MLNM') || alpha : alpha;
}

function mapName(record: SourceRecord, addressBook: SourceRow, context: SupplierContext): Decoded<string> {
  const name = supplierName(record, addressBook, context.settings);
  if (name === '')
    return reject('suppliers.name_missing', 'F0101_ALPH', `Supplier ${record.key} has no name.`);
  const claimed = context.claimName(record.key, name);
  if (claimed.ok && claimed.value.length > NAME_LENGTH_MAX) {
    return reject(
      'suppliers.name_too_long',
      'F0111_MLNM',
      `The name has ${claimed.value.length} characters; Cin7 allows ${NAME_LENGTH_MAX}.`,
    );
  }
  return claimed;
}

function mapReferences(
  master: SourceRow,
  context: SupplierContext,
): Decoded<Pick<SupplierPayload, 'Currency' | 'PaymentTerm' | 'TaxRule'>> {
  // All are looked up before the first refusal, so that the work list shows every code that is missing, not one a round.
  const currencyCode = textOf(master, 'CRRP');
  const currency = context.crosswalk.resolve('currency', currencyCode, 'F0401_CRRP');
  const term = context.crosswalk.resolve('paymentTerm', textOf(master, 'TRAP'), 'F0401_TRAP');
  const tax = context.crosswalk.resolve(
    'taxRule',
    taxCode(textOf(master, 'EXR2'), textOf(master, 'TXA2')),
    'F0401_TXA2',
  );
  if (!currency.ok && currencyCode === '') {
    return reject('suppliers.currency_missing', 'F0401_CRRP', 'The supplier has no payables currency.');
  }
  if (!currency.ok) return reject(currency.code, currency.field, currency.detail, currency.subject);
  if (!term.ok) return reject(term.code, term.field, term.detail, term.subject);
  if (!tax.ok) return reject(tax.code, tax.field, tax.detail, tax.subject);
  return accept({ Currency: currency.target, PaymentTerm: term.target, TaxRule: tax.target });
}

/** Explanation code and area together decide the tax: `V/GB20`; `/` when both are blank. */
export function taxCode(explanation: string, area: string): string {
  return `${explanation}/${area}`;
}

function mapAddresses(
  record: SourceRecord,
  addressBook: SourceRow,
  context: SupplierContext,
): Decoded<readonly AddressPayload[]> {
  const row = currentAddress(record.rows['F0116'] ?? [], addressBook.values['EFTB'] ?? '', context.today);
  const lines = ['ADD1', 'ADD2', 'ADD3', 'ADD4']
    .map((alias) => textOf(row, alias))
    .filter((line) => line !== '');
  // Cin7 wants a first line and a country; an address of neither lines nor city is no address.
  const city = textOf(row, 'CTY1');
  if (row === undefined || (lines.length === 0 && city === '')) return accept([]);
  const country = context.crosswalk.resolve('country', textOf(row, 'CTR'), 'F0116_CTR');
  if (!country.ok) return reject(country.code, country.field, country.detail, country.subject);
  const [line1 = city, ...rest] = lines;
  const address: AddressPayload = {
    Line1: line1,
    Line2: rest.join(', '),
    City: city,
    State: textOf(row, 'ADDS'),
    Postcode: textOf(row, 'ADDZ'),
    Country: country.target,
    Type: context.settings.suppliers.addressType,
    DefaultForType: true,
  };
  if (address.Line2.length > ADDRESS_LENGTH_MAX || address.Postcode.length > POSTCODE_LENGTH_MAX) {
    return reject(
      'suppliers.too_long',
      'F0116',
      'The address is longer than Cin7 allows (256 characters a line, 20 for the postal code).',
    );
  }
  return accept([address]);
}

/**
 * The address in force: the row whose beginning date is the one in F0101. Where that row is absent, the latest that has begun,
 * as JDE's own forms would have to do.
 */
function currentAddress(
  rows: readonly SourceRow[],
  effective: string,
  today: LocalDate,
): SourceRow | undefined {
  const exact = rows.find((row) => (row.values['EFTB'] ?? '') === effective);
  if (exact !== undefined) return exact;
  return rows
    .filter((row) => (row.values['EFTB'] ?? '') <= today)
    .toSorted((a, b) => (a.values['EFTB'] ?? '').localeCompare(b.values['EFTB'] ?? ''))
    .at(-1);
}
