import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import type { ParkedSelection } from '../../api/parked.ts';
import { parked as texts } from '../../texts/parked.ts';

interface Done {
  readonly records: number;
}

/** What can be done with parked records, besides settling what they wait for. */
export function useParkedActs(connection: string, onDone: () => void) {
  const base = `/connections/${connection}/parked`;
  return {
    retry: useAct(
      ({ relink, ...selection }: ParkedSelection & { readonly relink?: boolean }) =>
        post<Done>(`${base}/retry`, { ...selection, relink: relink ?? false }),
      { told: ({ records }) => texts.retried(records), onDone },
    ),
    ignore: useAct(
      (input: ParkedSelection & { readonly reason: string | null }) => post<Done>(`${base}/ignore`, input),
      {
        told: ({ records }, { reason }) =>
          reason === null ? texts.unignoredDone(records) : texts.ignoredDone(records),
        onDone,
      },
    ),
    assign: useAct(
      (input: ParkedSelection & { readonly assignee: string | null }) => post<Done>(`${base}/assign`, input),
      { told: ({ records }) => texts.assigned(records), onDone },
    ),
  };
}

export type ParkedActs = ReturnType<typeof useParkedActs>;
