import type { Fields } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { CompanyState } from './state.ts';
import type { NestedRow, Supplier } from './supplier-model.ts';

interface NestedReading {
  readonly state: CompanyState;
  readonly existing: Supplier | undefined;
}

/** One row of a request: the identifier it names, and its new fields in terms of the row it changes. */
interface SentRow {
  readonly id: string | undefined;
  fieldsOver(old: JsonObject | undefined): JsonObject;
}

const ADDRESS_TYPES = ['Billing', 'Business', 'Shipping'];

export function readAddresses(fields: Fields, reading: NestedReading): (supplier: Supplier) => void {
  const sent = fields.rows('Addresses')?.map((row): SentRow => {
    const { id, isNew } = identityOf(row, reading.existing?.addresses);
    const line1 = row.text('Line1', { max: 256, required: isNew || row.has('Line1') });
    const country = row.text('Country', { required: isNew || row.has('Country') });
    const type = row.text('Type', { required: isNew || row.has('Type'), oneOf: ADDRESS_TYPES });
    const line2 = row.text('Line2', { max: 256 });
    const city = row.text('City', { max: 256 });
    const state = row.text('State', { max: 256 });
    const postcode = row.text('Postcode', { max: 20 });
    const isDefault = row.flag('DefaultForType');
    return {
      id,
      fieldsOver: (old = {}) => ({
        Line1: line1 ?? old['Line1'] ?? '',
        Line2: line2 ?? old['Line2'] ?? '',
        // Blank parts come back as null: the documented answer to a PUT.
        City: nullWhenBlank(city, old['City']),
        State: nullWhenBlank(state, old['State']),
        Postcode: nullWhenBlank(postcode, old['Postcode']),
        Country: country ?? old['Country'] ?? '',
        Type: type ?? old['Type'] ?? '',
        DefaultForType: isDefault ?? old['DefaultForType'] ?? false,
      }),
    };
  });
  return (supplier) => {
    if (sent !== undefined) supplier.addresses = merge(supplier.addresses, sent, reading.state, 'Line1');
  };
}

export function readContacts(fields: Fields, reading: NestedReading): (supplier: Supplier) => void {
  const sent = fields.rows('Contacts')?.map((row): SentRow => {
    const { id, isNew } = identityOf(row, reading.existing?.contacts);
    const name = row.text('Name', { max: 256, required: isNew || row.has('Name') });
    const texts = {
      Phone: row.text('Phone', { max: 50 }),
      MobilePhone: row.text('MobilePhone', { max: 50 }),
      Fax: row.text('Fax', { max: 50 }),
      Email: row.text('Email', { max: 256 }),
      Website: row.text('Website', { max: 256 }),
    };
    const comment = row.text('Comment', { max: 256 });
    const isDefault = row.flag('Default');
    const inEmail = row.flag('IncludeInEmail');
    return {
      id,
      fieldsOver: (old = {}) => ({
        Name: name ?? old['Name'] ?? '',
        ...Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, value ?? old[key] ?? ''])),
        Default: isDefault ?? old['Default'] ?? false,
        Comment: comment ?? old['Comment'] ?? '',
        IncludeInEmail: inEmail ?? old['IncludeInEmail'] ?? false,
      }),
    };
  });
  return (supplier) => {
    if (sent !== undefined) supplier.contacts = merge(supplier.contacts, sent, reading.state, 'Name');
  };
}

function identityOf(
  row: Fields,
  kept: readonly NestedRow[] | undefined,
): { id: string | undefined; isNew: boolean } {
  const id = row.guid('ID');
  return { id, isNew: !(kept ?? []).some((old) => old.id === id) };
}

function nullWhenBlank(
  sent: string | null | undefined,
  old: JsonObject[string] | undefined,
): JsonObject[string] {
  return sent === undefined ? (old ?? null) : sent === '' ? null : sent;
}

/** A row with a known ID is updated; any other is created. The switches say what happens to rows left out. */
function merge(
  kept: readonly NestedRow[],
  sent: readonly SentRow[],
  state: CompanyState,
  key: string,
): NestedRow[] {
  const { supplierNestedRowsOmitted, supplierNestedRowWithoutId } = state.switches;
  const result = new Map(kept.map((row) => [row.id, row]));
  const touched = new Set<string>();
  for (const row of sent) {
    const fresh = row.fieldsOver(undefined);
    const same =
      supplierNestedRowWithoutId === 'replacesSame' && row.id === undefined
        ? kept.find((old) => old.fields[key] === fresh[key] && old.fields['Type'] === fresh['Type'])
        : kept.find((old) => old.id === row.id);
    const id = same?.id ?? state.chance.guid();
    result.set(id, { id, fields: row.fieldsOver(same?.fields) });
    touched.add(id);
  }
  const rows = [...result.values()];
  return supplierNestedRowsOmitted === 'removed' ? rows.filter((row) => touched.has(row.id)) : rows;
}
