import type { Finding } from '../../api/types.ts';

/** What a person can click for a finding; undefined: the next step is not taken in the console. */
export type NextAct = 'readAgain' | 'sendAnew' | 'crosswalk';

/** By what was found. Pure. */
export function nextActOf(finding: Finding): NextAct | undefined {
  switch (finding.class) {
    case 'neverArrived':
    case 'changedInJde':
      return 'readAgain';
    case 'goneInCin7':
      return finding.flow === 'accounts' ? 'crosswalk' : 'sendAnew';
    case 'goneInJde':
      return finding.flow === 'accounts' ? 'crosswalk' : undefined;
    case 'edited':
      return isVoidedByHand(finding) ? 'sendAnew' : undefined;
    default:
      return undefined;
  }
}

export function isVoidedByHand({ field, cin7Value }: Finding): boolean {
  return field === 'Purchase.Status' && cin7Value?.toUpperCase() === 'VOIDED';
}
