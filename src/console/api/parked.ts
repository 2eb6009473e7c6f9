import { queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type { CrosswalkKind } from './crosswalk.ts';
import type { FlowName, Page } from './types.ts';

/** Parked records of one cause. */
export interface ParkedGroup {
  readonly flow: FlowName;
  readonly code: string;
  readonly field: string;
  /** What they wait for, such as crosswalk:item:MM-1; empty when nothing that others wait for. */
  readonly subject: string;
  readonly count: number;
  readonly hint: string;
  readonly oldestAt: string;
  readonly example: { readonly recordKey: string; readonly label: string; readonly detail: string };
}

export interface ParkedRecord {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly code: string;
  readonly field: string;
  readonly detail: string;
  readonly hint: string;
  readonly subject: string;
  readonly parkedAt: string;
  readonly seenAt: string;
  readonly runId: string;
  readonly retryAsked: boolean;
  readonly assignee: string | null;
  readonly ignored: { readonly by: string; readonly reason: string; readonly at: string } | null;
}

export interface ParkedCause {
  /** Left out: of every flow. */
  readonly flow?: FlowName;
  /** Those that wait for a code of this kind. */
  readonly kind?: CrosswalkKind;
  readonly code: string;
  readonly field?: string;
  readonly subject?: string;
  readonly ignored?: boolean;
}

/** Which records an act is for. */
export type ParkedSelection =
  | { readonly cause: ParkedCause }
  | { readonly records: readonly { readonly flow: FlowName; readonly recordKey: string }[] };

export const parkedKey = (connection: string) => ['parked', connection] as const;

export const parkedGroupsQuery = (connection: string, ignored: boolean) =>
  queryOptions({
    queryKey: [...parkedKey(connection), 'groups', ignored],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly ParkedGroup[] }>(
        `/connections/${connection}/parked/groups`,
        { ignored },
        signal,
      ),
  });

export const parkedRecords = (
  connection: string,
  cause: ParkedCause & { readonly cursor?: string | undefined; readonly limit?: number },
  signal: AbortSignal,
) => get<Page<ParkedRecord>>(`/connections/${connection}/parked`, { ...cause }, signal);
