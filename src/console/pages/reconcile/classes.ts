import type { FindingClass, ReconcileSummary } from '../../api/types.ts';

/** Classes that a person has to look at. */
export const DIFFERENCES: readonly FindingClass[] = [
  'neverArrived',
  'changedInJde',
  'goneInJde',
  'goneInCin7',
  'edited',
  'unknownInCin7',
];

const EXPLAINED: readonly FindingClass[] = [
  'waiting',
  'movedOn',
  'closed',
  'notDue',
  'foreign',
  'unopened',
  'equal',
];

export const CLASSES: readonly FindingClass[] = [...DIFFERENCES, ...EXPLAINED];

export function countOfClass(report: ReconcileSummary, name: FindingClass): number {
  return Object.values(report.flows).reduce((sum, flow) => sum + flow.counts[name], 0);
}
