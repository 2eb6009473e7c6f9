import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ChangeKind, FlowName, PlannedChange } from './types.ts';

/** `again`: what JDE holds goes to the linked object of Cin7. `anew`: that object is forgotten first. */
export const SEND_WAYS = ['again', 'anew'] as const;
export type SendWay = (typeof SEND_WAYS)[number];

/** What sending a record once more would do, or does with the next sync. */
export interface Replay extends Omit<PlannedChange, 'change'> {
  readonly change: ChangeKind | 'unchanged';
  /** Why nothing is to be written, where it is not equal already. */
  readonly reason?: string;
  /** Calls to Cin7 that it takes. */
  readonly calls: number;
  readonly applied: boolean;
}

export interface ReplayOf {
  readonly connection: string;
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly way: SendWay;
}

/** Asks Cin7 for its reference books, and changes nothing. */
export const replayPlanQuery = (of: ReplayOf) =>
  queryOptions({
    queryKey: ['replay', of],
    queryFn: ({ signal }) => replay(of, { apply: false, signal }),
    // What was true a moment ago may not be it any more.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

/** Leaves it to the next sync. */
export const applyReplay = (of: ReplayOf) => replay(of, { apply: true });

function replay(
  { connection, flow, recordKey, way }: ReplayOf,
  { apply, signal }: { readonly apply: boolean; readonly signal?: AbortSignal },
): Promise<Replay> {
  const path = `/connections/${encodeURIComponent(connection)}/records/${flow}/${encodeURIComponent(recordKey)}/replay`;
  const body = { relink: way === 'anew', apply };
  return call<Replay>('POST', path, { body, ...(signal === undefined ? {} : { signal }) });
}
