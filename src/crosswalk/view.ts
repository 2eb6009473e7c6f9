import { CROSSWALK_KINDS, type CrosswalkKind, type CrosswalkSettings } from '../config/settings.ts';
import { crosswalkSubject } from '../domain/decoded.ts';
import type { ParkCode } from '../faults/fault-codes.ts';
import type { CrosswalkRow, CrosswalkState } from '../store/crosswalk.ts';
import type { Books } from './books.ts';
import { indexTargets, type TargetIndex } from './matching.ts';

export type Resolved =
  | { readonly ok: true; readonly target: string }
  | {
      readonly ok: false;
      readonly code: ParkCode;
      readonly field: string;
      readonly detail: string;
      /** Of what waits for this code. */
      readonly subject: string;
    };

/** A code that a record asked for, and what became of it. New or changed ones are saved as the crosswalk's work list. */
export interface SeenCode {
  readonly kind: CrosswalkKind;
  readonly code: string;
  readonly label: string;
  readonly state: CrosswalkState;
  readonly target: string | null;
  readonly detail: string;
  /** What the reference table said so far. */
  readonly before: { readonly state: CrosswalkState; readonly target: string | null } | null;
}

const KIND_NAMES: Readonly<Record<CrosswalkKind, string>> = {
  account: 'account',
  item: 'item',
  paymentTerm: 'payment term',
  taxRule: 'tax rule',
  currency: 'currency',
  country: 'country',
  location: 'branch/plant',
  unit: 'unit of measure',
  serviceProduct: 'service product',
};

/**
 * Answers what a JDE code is in Cin7. A snapshot of the reference table and of Cin7's books, so that mapping is pure: the same
 * record and the same snapshot give the same payload.
 */
export class CrosswalkView {
  readonly #rows: ReadonlyMap<string, CrosswalkRow>;
  readonly #settings: CrosswalkSettings;
  readonly #indexes: ReadonlyMap<CrosswalkKind, TargetIndex>;
  readonly #labels: (kind: CrosswalkKind, code: string) => string;
  readonly #resolved = new Map<string, Resolved>();
  readonly #seen: SeenCode[] = [];

  private constructor(parts: {
    rows: ReadonlyMap<string, CrosswalkRow>;
    settings: CrosswalkSettings;
    indexes: ReadonlyMap<CrosswalkKind, TargetIndex>;
    labels: (kind: CrosswalkKind, code: string) => string;
  }) {
    this.#rows = parts.rows;
    this.#settings = parts.settings;
    this.#indexes = parts.indexes;
    this.#labels = parts.labels;
  }

  /** @param kinds the kinds that will be asked for; only their books are read. */
  static async open(parts: {
    rows: readonly CrosswalkRow[];
    settings: CrosswalkSettings;
    books: Books;
    kinds: readonly CrosswalkKind[];
    labels?: (kind: CrosswalkKind, code: string) => string;
  }): Promise<CrosswalkView> {
    const indexes = new Map<CrosswalkKind, TargetIndex>();
    for (const kind of CROSSWALK_KINDS) {
      if (parts.kinds.includes(kind)) indexes.set(kind, await indexTargets(kind, parts.books));
    }
    const rows = new Map(parts.rows.map((row) => [keyOf(row.kind, row.code), row]));
    return new CrosswalkView({ rows, settings: parts.settings, indexes, labels: parts.labels ?? (() => '') });
  }

  /** Resolves a code other than an account. `field` is the JDE column it came from. */
  resolve(kind: Exclude<CrosswalkKind, 'account'>, code: string, field: string): Resolved {
    const key = keyOf(kind, code);
    const known = this.#resolved.get(key);
    // The same code may come from several columns; the reason names the one that was asked for.
    if (known !== undefined) return known.ok || isSetting(known.field) ? known : { ...known, field };
    const resolved = this.#decide(kind, code, field);
    this.#resolved.set(key, resolved);
    return resolved;
  }

  /** What the reference table says of a JDE account id, and the account's state there. */
  account(accountId: string): CrosswalkRow | undefined {
    return this.#rows.get(keyOf('account', accountId));
  }

  /** Codes that are new to the reference table or have another state than it says. */
  takeSeen(): readonly SeenCode[] {
    return this.#seen.splice(0);
  }

  #decide(kind: Exclude<CrosswalkKind, 'account'>, code: string, field: string): Resolved {
    const index = this.#indexes.get(kind);
    if (index === undefined) throw new Error(`The crosswalk was opened without the kind ${kind}.`);
    const row = this.#rows.get(keyOf(kind, code));
    const subject = crosswalkSubject(kind, code);
    const what = `${KIND_NAMES[kind]} ${isBlankCode(code) ? '(blank)' : `"${code}"`}`;

    if (row !== undefined && row.origin !== 'auto' && row.target !== null) {
      const state = index.stateOf(row.target);
      if (state === 'active') {
        this.#note(row, { kind, code, state: 'confirmed', target: row.target, detail: '' });
        return { ok: true, target: row.target };
      }
      const detail = `The ${what} is mapped to "${row.target}", which is ${state === 'absent' ? 'not in Cin7' : 'not active in Cin7'}.`;
      this.#note(row, { kind, code, state: 'broken', target: row.target, detail });
      return { ok: false, code: 'crosswalk.broken', field, detail, subject };
    }

    const { found } = index.matchCode(code);
    const [only] = found;
    if (only !== undefined && found.length === 1) {
      this.#note(row, { kind, code, state: 'matched', target: only, detail: '' });
      return { ok: true, target: only };
    }

    const policy = this.#settings[kind];
    const usesDefault = policy.default !== '' && (policy.unmapped === 'default' || isBlankCode(code));
    if (usesDefault) {
      const state = index.stateOf(policy.default);
      if (state === 'active') return { ok: true, target: policy.default };
      const detail = `The ${what} falls to the default "${policy.default}", which is ${state === 'absent' ? 'not in Cin7' : 'not active in Cin7'}.`;
      return { ok: false, code: 'crosswalk.broken', field: `crosswalk.${kind}.default`, detail, subject };
    }

    if (found.length > 1) {
      const detail = `The ${what} fits several entries in Cin7: ${found.slice(0, 5).join(', ')}.`;
      this.#note(row, { kind, code, state: 'ambiguous', target: null, detail });
      return { ok: false, code: 'crosswalk.ambiguous', field, detail, subject };
    }
    const detail = `The ${what} is not mapped.`;
    this.#note(row, { kind, code, state: 'unmatched', target: null, detail });
    return { ok: false, code: 'crosswalk.unmapped', field, detail, subject };
  }

  #note(row: CrosswalkRow | undefined, seen: Omit<SeenCode, 'label' | 'before'>): void {
    const label = this.#labels(seen.kind, seen.code) || row?.label || '';
    if (row?.state === seen.state && row.target === seen.target && row.label === label) return;
    // That a code is not to be mapped is a choice of a person and stays one.
    if (row?.origin !== 'auto' && row?.state === 'ignored') return;
    const before = row === undefined ? null : { state: row.state, target: row.target };
    this.#seen.push({ ...seen, label, before });
  }
}

/** Blank is a real code in JDE; of a tax both parts are blank then. */
export function isBlankCode(code: string): boolean {
  return code === '' || code === '/';
}

const isSetting = (field: string): boolean => field.startsWith('crosswalk.');

const keyOf = (kind: string, code: string): string => `${kind}\n${code}`;
