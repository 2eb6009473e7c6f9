import type { Json, JsonObject } from './json.ts';
import type { Cin7Switches } from './switches.ts';

/** A reference book: rows in wire form, found by identifier and by name. Rows are replaced, never changed. */
export class Book {
  readonly idField: string;
  readonly nameField: string;
  readonly #byId = new Map<string, JsonObject>();
  readonly #byName = new Map<string, JsonObject[]>();

  constructor(fields: { id: string; name: string }) {
    this.idField = fields.id;
    this.nameField = fields.name;
  }

  get rows(): JsonObject[] {
    return [...this.#byId.values()];
  }

  rowsInOrder(switches: Cin7Switches): JsonObject[] {
    const rows = this.rows;
    if (switches.listOrder === 'created') return rows;
    return rows.sort((a, b) => (this.#nameOf(a) < this.#nameOf(b) ? -1 : 1));
  }

  byId(id: string): JsonObject | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  /** The row of that name; letter case counts unless the switch says otherwise. */
  byName(name: string, switches: Cin7Switches): JsonObject | undefined {
    const rows = this.#byName.get(name.toLowerCase()) ?? [];
    return switches.referenceNames === 'anyCase' ? rows[0] : rows.find((row) => row[this.nameField] === name);
  }

  /** Whether another row has this name, in any letter case. */
  hasOther(name: string, id?: string): boolean {
    const rows = this.#byName.get(name.toLowerCase()) ?? [];
    return rows.some((row) => this.#idOf(row) !== id?.toLowerCase());
  }

  put(row: JsonObject): JsonObject {
    const id = this.#idOf(row);
    const old = this.#byId.get(id);
    if (old !== undefined) this.#forgetName(old);
    this.#byId.set(id, row);
    const name = this.#nameOf(row);
    const sameName = this.#byName.get(name);
    if (sameName === undefined) this.#byName.set(name, [row]);
    else sameName.push(row);
    return row;
  }

  remove(id: string): boolean {
    const row = this.byId(id);
    if (row === undefined) return false;
    this.#forgetName(row);
    return this.#byId.delete(id.toLowerCase());
  }

  #nameOf(row: JsonObject): string {
    return text(row[this.nameField]).toLowerCase();
  }

  #idOf(row: JsonObject): string {
    return text(row[this.idField]).toLowerCase();
  }

  #forgetName(row: JsonObject): void {
    const name = this.#nameOf(row);
    const left = (this.#byName.get(name) ?? []).filter((other) => other !== row);
    if (left.length === 0) this.#byName.delete(name);
    else this.#byName.set(name, left);
  }
}

/** A member of a row as text; anything that is no text reads as blank. */
export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
