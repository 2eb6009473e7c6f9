import type { Decimal } from '../domain/decimal.ts';
import type { FlowName } from '../flows/flow.ts';

/** Classes that a person has to look at. */
export const DIFFERENCES = [
  /** In scope in JDE, and nothing of it in Cin7. */
  'neverArrived',
  /** JDE holds something else than was last written, and no read by day of change would bring it up. */
  'changedInJde',
  /** Linked, and no longer in JDE, or hidden by row security. */
  'goneInJde',
  /** Linked, and no longer in Cin7. */
  'goneInCin7',
  /** People changed it in Cin7 since it was written. */
  'edited',
  /** It carries the marker of this connection in Cin7, and this store does not know it. */
  'unknownInCin7',
] as const;

/** Classes that are explained: nobody needs to act for the report's sake. */
export const EXPLAINED = [
  'equal',
  /** Authorised, received or invoiced in Cin7 since it was written: the usual course of a purchase. */
  'movedOn',
  /** Over on both sides: cancelled or gone in JDE, voided in Cin7. */
  'closed',
  /** Staged or parked, each with its code, or changed in JDE since the last read. */
  'waiting',
  /** None of Cin7's business: not released yet, received before it was sent, not a supplier by the settings. */
  'notDue',
  /** In Cin7 and not ours. */
  'foreign',
  /** A purchase of a linked supplier in Cin7 whose note was not opened yet, since a run opens only so many. */
  'unopened',
] as const;

export type FindingClass = (typeof DIFFERENCES)[number] | (typeof EXPLAINED)[number];
export const FINDING_CLASSES: readonly FindingClass[] = [...DIFFERENCES, ...EXPLAINED];

/** Currency -> sum, as decimal text. */
export type Sums = Readonly<Record<string, Decimal>>;

/** What a reconcile run found of a flow. */
export interface ReconciledFlow {
  /** Keys read from JDE, objects read from Cin7, and links between them. */
  readonly jde: number;
  readonly cin7: number;
  readonly links: number;
  /** Records of each class. */
  readonly counts: Readonly<Record<FindingClass, number>>;
  /** Records that wait, by the code that says why. */
  readonly waiting: Readonly<Record<string, number>>;
  /**
   * Orders in scope in JDE, and ours that stand in Cin7, with their sums before tax by currency. Lists of Cin7 show no totals: its sums
   * are those of what was last written, or what was read where the run compared whole documents.
   */
  readonly totals?: {
    readonly jde: { readonly orders: number; readonly sums: Sums };
    readonly cin7: { readonly orders: number; readonly sums: Sums };
  };
}

export interface ReconcileSummary {
  readonly flows: Readonly<Partial<Record<FlowName, ReconciledFlow>>>;
  /** No difference needs a person. */
  readonly agree: boolean;
  /** The result in one sentence. */
  readonly sentence: string;
  /** Whole documents were compared, this many of them. */
  readonly compared: number;
}

/** What each class is called behind a number. */
export const DIFFERENCE_WORDS: Readonly<Record<(typeof DIFFERENCES)[number], string>> = {
  neverArrived: 'never arrived',
  changedInJde: 'changed in JDE unseen',
  goneInJde: 'gone in JDE or hidden there',
  goneInCin7: 'gone in Cin7',
  edited: 'edited by hand in Cin7',
  unknownInCin7: 'in Cin7 with our marker but unknown here',
};

/** The sentence that a report begins with. */
export function sentenceOf(flows: ReconcileSummary['flows']): string {
  const all = Object.values(flows);
  const count = (name: FindingClass): number => all.reduce((sum, flow) => sum + flow.counts[name], 0);
  const found = DIFFERENCES.filter((name) => count(name) > 0).map(
    (name) => `${count(name)} ${DIFFERENCE_WORDS[name]}`,
  );
  const total = DIFFERENCES.reduce((sum, name) => sum + count(name), 0);
  const waiting = count('waiting');
  const unopened = count('unopened');
  const but = [
    ...(waiting > 0 ? [`${records(waiting)} that wait${waiting === 1 ? 's' : ''} for a known reason`] : []),
    ...(unopened > 0 ? [`${unopened} purchases in Cin7 whose notes are opened by the next reconcile`] : []),
  ].join(' and ');
  if (total === 0) return but === '' ? 'Both sides agree.' : `Both sides agree, but for ${but}.`;
  const needs = total === 1 ? '1 difference needs a person' : `${total} differences need a person`;
  return `${needs}: ${found.join(', ')}.${but === '' ? '' : ` Besides, ${but}.`}`;
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}
