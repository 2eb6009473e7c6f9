import type {
  SupplierAddressFields,
  SupplierContactFields,
  SupplierFields,
} from '../../connectors/cin7/fields.ts';

/** A contact and the who's who line (IDLN) it came from, so that it is found again when it changes. */
export type ContactPayload = Omit<SupplierContactFields, 'ID'> & { readonly line: string };
export type AddressPayload = Omit<SupplierAddressFields, 'ID'>;

/** What Cin7 should hold for a supplier. `Comments` is only the marker; people's text beside it is theirs. */
export type SupplierPayload = Omit<SupplierFields, 'Addresses' | 'Contacts'> & {
  readonly Addresses: readonly AddressPayload[];
  readonly Contacts: readonly ContactPayload[];
};

/** Case, spaces at the ends and runs of spaces do not make another name. */
export function nameKeyOf(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
