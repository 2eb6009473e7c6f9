import type { Cin7Supplier } from '../../connectors/cin7/fields.ts';
import { findMarkedKey } from '../marker.ts';
import { nameKeyOf } from './payload.ts';

/** The suppliers of the Cin7 company, found by marker or by exact name. Loaded once per run, kept up to date by our own creates. */
export class SupplierDirectory {
  readonly #marker: string;
  readonly #byMark = new Map<string, Cin7Supplier>();
  readonly #byName = new Map<string, Cin7Supplier[]>();

  constructor(marker: string, suppliers: readonly Cin7Supplier[]) {
    this.#marker = marker;
    for (const supplier of suppliers) this.add(supplier);
  }

  add(supplier: Cin7Supplier): void {
    const marked = findMarkedKey(supplier.Comments, this.#marker, 'AB');
    if (marked !== undefined) this.#byMark.set(marked, supplier);
    const key = nameKeyOf(supplier.Name);
    this.#byName.set(key, [...(this.#byName.get(key) ?? []), supplier]);
  }

  markedWith(recordKey: string): Cin7Supplier | undefined {
    return this.#byMark.get(recordKey);
  }

  /** Suppliers of this name, except those that carry the marker of another JDE supplier of this connection. */
  named(name: string, recordKey: string): readonly Cin7Supplier[] {
    return (this.#byName.get(nameKeyOf(name)) ?? []).filter((supplier) => {
      const marked = findMarkedKey(supplier.Comments, this.#marker, 'AB');
      return marked === undefined || marked === recordKey;
    });
  }
}
