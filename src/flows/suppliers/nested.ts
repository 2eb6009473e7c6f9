import type {
  Cin7Supplier,
  Cin7SupplierAddress,
  Cin7SupplierContact,
  SupplierAddressFields,
  SupplierContactFields,
} from '../../connectors/cin7/fields.ts';
import type { AddressPayload, ContactPayload, SupplierPayload } from './payload.ts';

/** Ids of the nested rows that the connector wrote. */
export interface SupplierDetails {
  /** Who's who line -> contact ID. */
  readonly contacts: Readonly<Record<string, string>>;
  /** Address type -> address ID. */
  readonly addresses: Readonly<Record<string, string>>;
}

export const NO_DETAILS: SupplierDetails = { contacts: {}, addresses: {} };

type Merged<Row> = { readonly ok: true; readonly rows: readonly Row[] } | { readonly ok: false };

/**
 * The contacts to send: every row that Cin7 holds, with its ID, ours with the new values; then new ones without an ID.
 * Whether Cin7 removes rows that are left out is not documented; sending all is right either way, and people's rows stay.
 */
export function mergeContacts(
  current: Cin7Supplier,
  payload: SupplierPayload,
  before: { details: SupplierDetails; payload: SupplierPayload | undefined },
): Merged<SupplierContactFields> {
  if (current.Contacts.some((row) => idOf(row) === '')) return { ok: false };
  const used = new Set<string>();
  const ours = payload.Contacts.map((contact) => {
    const old = before.payload?.Contacts.find((candidate) => candidate.line === contact.line);
    const row = current.Contacts.find(
      (candidate) => !used.has(idOf(candidate)) && isContact(candidate, contact, old, before.details),
    );
    if (row !== undefined) used.add(idOf(row));
    return { contact, row };
  });
  // A contact that is gone in JDE keeps its row, since nothing is deleted in Cin7, but no longer reaches anybody.
  const gone = (before.payload?.Contacts ?? []).filter(
    (old) => !payload.Contacts.some((contact) => contact.line === old.line),
  );
  const goneIds = new Set<string>();
  for (const old of gone) {
    const row = current.Contacts.find(
      (candidate) => !used.has(idOf(candidate)) && isContact(candidate, old, undefined, before.details),
    );
    if (row !== undefined) goneIds.add(idOf(row));
  }
  const rows = current.Contacts.map((row): SupplierContactFields => {
    const mine = ours.find((entry) => entry.row === row);
    if (mine !== undefined) return { ...withoutLine(mine.contact), ID: idOf(row) };
    return goneIds.has(idOf(row))
      ? { ...row, Phone: '', MobilePhone: '', Fax: '', Email: '', Website: '', IncludeInEmail: false }
      : row;
  });
  return {
    ok: true,
    rows: [
      ...rows,
      ...ours.filter((entry) => entry.row === undefined).map((entry) => withoutLine(entry.contact)),
    ],
  };
}

/** The addresses to send, by the same rule. */
export function mergeAddresses(
  current: Cin7Supplier,
  payload: SupplierPayload,
  before: { details: SupplierDetails; payload: SupplierPayload | undefined },
): Merged<SupplierAddressFields> {
  if (current.Addresses.some((row) => idOf(row) === '')) return { ok: false };
  const ours = payload.Addresses.map((address) => {
    const old = before.payload?.Addresses.find((candidate) => candidate.Type === address.Type);
    return {
      address,
      row: current.Addresses.find((candidate) => isAddress(candidate, address, old, before.details)),
    };
  });
  const rows = current.Addresses.map((row): SupplierAddressFields => {
    const mine = ours.find((entry) => entry.row === row);
    // Rows of people are sent back as they were read, whatever their type is called.
    return mine === undefined ? (row as SupplierAddressFields) : { ...mine.address, ID: idOf(row) };
  });
  return {
    ok: true,
    rows: [...rows, ...ours.filter((entry) => entry.row === undefined).map((entry) => entry.address)],
  };
}

/** Which ids our rows have in Cin7's answer. */
export function detailsOf(answered: Cin7Supplier, payload: SupplierPayload): SupplierDetails {
  const contacts: Record<string, string> = {};
  for (const contact of payload.Contacts) {
    const row = answered.Contacts.find(
      (candidate) => sameContact(candidate, contact) && !Object.values(contacts).includes(idOf(candidate)),
    );
    if (row !== undefined && idOf(row) !== '') contacts[contact.line] = idOf(row);
  }
  const addresses: Record<string, string> = {};
  for (const address of payload.Addresses) {
    const row = answered.Addresses.find((candidate) => sameAddress(candidate, address));
    if (row !== undefined && idOf(row) !== '') addresses[address.Type] = idOf(row);
  }
  return { contacts, addresses };
}

function isContact(
  row: Cin7SupplierContact,
  contact: ContactPayload,
  old: ContactPayload | undefined,
  details: SupplierDetails,
): boolean {
  const known = details.contacts[contact.line];
  if (known !== undefined && known !== '') return idOf(row) === known;
  return sameContact(row, contact) || (old !== undefined && sameContact(row, old));
}

function isAddress(
  row: Cin7SupplierAddress,
  address: AddressPayload,
  old: AddressPayload | undefined,
  details: SupplierDetails,
): boolean {
  const known = details.addresses[address.Type];
  if (known !== undefined && known !== '') return idOf(row) === known;
  return sameAddress(row, address) || (old !== undefined && sameAddress(row, old));
}

function sameContact(row: Cin7SupplierContact, contact: ContactPayload): boolean {
  return row.Name === contact.Name && row.Email === contact.Email && row.Phone === contact.Phone;
}

function sameAddress(row: Cin7SupplierAddress, address: AddressPayload): boolean {
  return row.Type === address.Type && row.Line1 === address.Line1 && row.City === address.City;
}

function withoutLine(contact: ContactPayload): SupplierContactFields {
  const { line: _, ...fields } = contact;
  return fields;
}

const idOf = (row: { readonly ID?: string }): string => row.ID ?? '';
