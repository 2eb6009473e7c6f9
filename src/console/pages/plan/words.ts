import type { ChangeKind, PlanSummary } from '../../api/types.ts';
import { planTexts as texts } from '../../texts/plan.ts';

export const CHANGE_KINDS: readonly ChangeKind[] = ['create', 'update', 'void', 'link', 'park'];

export function countOfPlan(plan: PlanSummary, kind: ChangeKind): number {
  return Object.values(plan.flows).reduce((sum, counters) => sum + counters[kind], 0);
}

/** What a sync would write: `10 created, 4 updated`; empty when it is nothing. Pure. */
export function writesOf(plan: PlanSummary): string {
  return CHANGE_KINDS.filter((kind) => kind !== 'park')
    .flatMap((kind) => {
      const count = countOfPlan(plan, kind);
      return count === 0 ? [] : [texts.kindWords[kind](count)];
    })
    .join(', ');
}
