import type { Outcome, Run } from '../../api/types.ts';
import { figure } from '../../texts/figures.ts';
import { planTexts } from '../../texts/plan.ts';
import { runs as texts } from '../../texts/runs.ts';

const TOLD: readonly Outcome[] = ['created', 'updated', 'linked', 'voided', 'parked'];

/** What a run came to, in a few words: `12 created, 3 parked`. Pure. */
export function resultWords(run: Run): string {
  if (run.fault !== null) return run.fault.text;
  if (run.reconcile !== null) return run.reconcile.sentence;
  if (run.plan !== null) return planTexts.cost(run.plan.writes, run.plan.minutes);
  const words = TOLD.flatMap((outcome) => {
    const count = countOf(run, outcome);
    return count === 0 ? [] : [`${figure(count)} ${texts.outcomeNames[outcome].toLowerCase()}`];
  });
  if (words.length > 0) return words.join(', ');
  return run.state === 'succeeded' ? texts.nothingNew : '';
}

export function countOf(run: Run, name: Outcome | 'staged' | 'left' | 'rowsRead'): number {
  return Object.values(run.flows).reduce((sum, counters) => sum + counters[name], 0);
}
