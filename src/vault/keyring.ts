import { inspect } from 'node:util';
import { Fault } from '../faults/fault.ts';
import type { StoredDataKey } from '../store/data-keys.ts';
import { DataKey } from './data-key.ts';
import { HIDDEN } from './hidden.ts';
import type { KeySource, SourceKeys } from './key-source.ts';
import type { MasterKey } from './master-key.ts';

/** Keys of one owner that are kept opened: the active one, and the one before while it is being replaced. */
const KEPT_PER_OWNER_MAX = 2;
const OWNERS_KEPT_MAX = 10_000;

/** The keys that a process holds in memory, and the way to those it does not hold yet. */
export class Keyring {
  #source: KeySource;
  /** While the key moves to another source: where it was until now. */
  #formerSource: KeySource | undefined;
  #masterKeys: ReadonlyMap<string, MasterKey> = new Map();
  readonly #dataKeys = new Map<string, readonly DataKey[]>();

  constructor(source: KeySource) {
    this.#source = source;
  }

  get source(): KeySource {
    return this.#source;
  }

  /** From now on keys come from this source; those of the former one go on opening until `settle`. */
  moveTo(source: KeySource): void {
    this.#formerSource = this.#source;
    this.#source = source;
  }

  /** Nothing is wrapped with a former master key any more: it is let go. */
  async settle(): Promise<void> {
    this.#formerSource = undefined;
    await this.refresh();
  }

  /** Takes the keys that the source has now. */
  async refresh(): Promise<SourceKeys> {
    const former = await this.#formerSource?.read();
    const keys = await this.#source.read();
    const all = [former?.next, former?.current, keys.next, keys.current, keys.previous].filter(
      (key) => key !== undefined,
    );
    this.#masterKeys = new Map(all.map((key) => [key.id, key]));
    return keys;
  }

  /** The master key of that id. One that is unknown is looked for once more at its source: it may have been changed. */
  async masterKey(id: string): Promise<MasterKey> {
    const known = this.#masterKeys.get(id);
    if (known !== undefined) return known;
    await this.refresh();
    const found = this.#masterKeys.get(id);
    if (found !== undefined) return found;
    const given = [...this.#masterKeys.keys()].join(' and ');
    throw new Fault(
      'vault.key_wrong',
      `Stored credentials are sealed with the master key ${id}; ${this.#source.place} has ${given === '' ? 'none' : given}.`,
    );
  }

  /** Opens a data key. Those that were opened before stay usable, also after the master key was changed elsewhere. */
  async dataKey(stored: StoredDataKey): Promise<DataKey> {
    const kept = this.#dataKeys.get(stored.owner)?.find((key) => key.id === stored.id);
    if (kept !== undefined) return kept;
    const master = await this.masterKey(stored.masterKeyId);
    const key = await DataKey.unwrap(stored, master);
    if (key === undefined)
      throw new Fault(
        'vault.secret_unreadable',
        `The data key ${stored.id} of ${stored.owner} does not open with the master key ${master.id}: it was changed in the database.`,
        { field: stored.owner },
      );
    this.keep(key);
    return key;
  }

  keep(key: DataKey): void {
    if (this.#dataKeys.size >= OWNERS_KEPT_MAX) this.#dataKeys.clear();
    const others = this.#dataKeys.get(key.owner) ?? [];
    this.#dataKeys.set(key.owner, [key, ...others].slice(0, KEPT_PER_OWNER_MAX));
  }

  /** Lets go of data keys that are no longer in the store. */
  forget(owner: string, ids: readonly string[]): void {
    const others = (this.#dataKeys.get(owner) ?? []).filter((key) => !ids.includes(key.id));
    this.#dataKeys.set(owner, others);
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
