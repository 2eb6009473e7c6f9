import type { FlowName } from '../api/types.ts';
import { figure } from './figures.ts';

const WORDS: Readonly<Record<FlowName, readonly [string, string]>> = {
  accounts: ['account', 'accounts'],
  suppliers: ['supplier', 'suppliers'],
  purchases: ['purchase order', 'purchase orders'],
};

const FLOWS = ['accounts', 'suppliers', 'purchases'] as const;

/** `3 suppliers, 1 purchase order`; empty where there are none. */
export function flowCounts(counts: Readonly<Partial<Record<FlowName, number>>>): string {
  return FLOWS.flatMap((flow) => {
    const count = counts[flow] ?? 0;
    return count === 0 ? [] : [`${figure(count)} ${WORDS[flow][count === 1 ? 0 : 1]}`];
  }).join(', ');
}

/** `Purchase order`: what one record of a flow is. */
export function flowWord(flow: FlowName): string {
  const [one] = WORDS[flow];
  return one.charAt(0).toUpperCase() + one.slice(1);
}
