import type { CallBudget, CheckStep } from '../connector.ts';
import type { Cin7Client } from './client.ts';
import type { Cin7Settings } from './config.ts';

export interface Cin7CheckParts {
  readonly settings: Cin7Settings;
  readonly client: Cin7Client;
  readonly budget: CallBudget;
}

// biome-ignore lint: replaced below
export async function* checkCin7(_parts: Cin7CheckParts, _signal: AbortSignal): AsyncIterable<CheckStep> {}
