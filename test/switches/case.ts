import type { FaultCode } from '../../src/faults/fault-codes.ts';
import type { Settings, Stimulus } from './world.ts';

export type SwitchValue = string | number | boolean;

/** What must come out of two syncs. In every case each supplier and order stands in Cin7 once at most. */
export type Expectation =
  /** Cin7 holds what it holds under the default switches. */
  | { readonly kind: 'same' }
  /** As above but for these orders or suppliers, which are parked for this reason. */
  | {
      readonly kind: 'parks';
      readonly orders?: readonly number[];
      readonly suppliers?: readonly number[];
      /** JDE accounts that Cin7 refuses, parked with its words. */
      readonly accounts?: readonly string[];
      readonly code: FaultCode;
      readonly says: RegExp;
    }
  /** As above but for these orders, which stand in Cin7 in another form, or at all. */
  | { readonly kind: 'arrives'; readonly orders: readonly number[] }
  /** Every supplier is parked for this reason, and each order waits for its supplier. */
  | { readonly kind: 'parksAll'; readonly code: FaultCode; readonly says: RegExp }
  /** Both runs, or the second one, end with this fault. */
  | { readonly kind: 'fails'; readonly run: 'both' | 'second'; readonly code: FaultCode };

/** One value of one switch, under some settings of the connection. */
export interface SwitchCase {
  readonly name: string;
  readonly value: SwitchValue;
  /** Settings of the connection, where they are not the defaults. */
  readonly settings: Settings;
  readonly stimulus: Stimulus;
  readonly expect: Expectation;
  /** Settings of the run under default switches that the content is compared with. */
  readonly comparedWith: Settings;
  /** Amounts of tax, and totals that hold it, differ by design. */
  readonly taxAside: boolean;
  /** Why another outcome than `same` is right, or which setting copes; for readers. */
  readonly note: string;
}

export interface Variant {
  readonly settings?: Settings;
  readonly stimulus?: Stimulus;
  readonly expect?: Expectation;
  readonly comparedWith?: Settings;
  readonly taxAside?: boolean;
  readonly note?: string;
}

/** What is special about a switch: for all of its values, or for one. */
export interface SwitchPlan {
  /** Values that are run, where the switch does not list them. */
  readonly values?: readonly SwitchValue[];
  /** What every value needs to matter. */
  readonly all?: Variant;
  /** By value: one run, or several. */
  readonly at?: Readonly<Record<string, Variant | readonly Variant[]>>;
}

export function casesOf(name: string, values: readonly SwitchValue[], plan: SwitchPlan): SwitchCase[] {
  return (plan.values ?? values).flatMap((value) => {
    const own = plan.at?.[String(value)] ?? {};
    const variants: readonly Variant[] = Array.isArray(own) ? own : [own];
    return variants.map((variant) => caseOf(name, value, { ...plan.all, ...variant }));
  });
}

function caseOf(name: string, value: SwitchValue, variant: Variant): SwitchCase {
  return {
    name,
    value,
    settings: variant.settings ?? {},
    stimulus: variant.stimulus ?? {},
    expect: variant.expect ?? { kind: 'same' },
    comparedWith: variant.comparedWith ?? {},
    taxAside: variant.taxAside ?? false,
    note: variant.note ?? '',
  };
}

/** The expectation in plain words. */
export function expectationOf(expected: Expectation): string {
  switch (expected.kind) {
    case 'same':
      return 'the same';
    case 'parks':
      return `${[...(expected.orders ?? []), ...(expected.suppliers ?? [])].length} parked with \`${expected.code}\`, the rest the same`;
    case 'arrives':
      return `the same, and ${expected.orders.length === 1 ? 'the order' : `${expected.orders.length} orders`} concerned`;
    case 'parksAll':
      return `all parked with \`${expected.code}\``;
    case 'fails':
      return `${expected.run === 'both' ? 'the run ends' : 'the run that asks for changes ends'} with \`${expected.code}\``;
  }
}
