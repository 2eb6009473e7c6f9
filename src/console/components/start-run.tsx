import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ApiError, call } from '../api/client.ts';
import { connectionOverviewQuery } from '../api/overview.ts';
import type { ConnectionOverview, Run } from '../api/types.ts';
import { runs } from '../texts/runs.ts';
import { MayButton, type MayButtonProps } from './may-button.tsx';

/** Starts runs of a connection and goes to their page. */
export function useStartRun(connection: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: Readonly<Record<string, unknown>> & { readonly kind: Run['kind'] }) =>
      call<Run>('POST', '/runs', { body: { connection, ...wish }, idempotencyKey: freshKey() }),
    onSuccess: async (run) => {
      void queries.invalidateQueries({ queryKey: ['overview'] });
      await navigate({ to: '/c/$connection/runs/$run', params: { connection, run: run.id } });
    },
    onError: tellProblem,
  });
}

/** Says in a corner of the page what went wrong with an act. */
export function tellProblem(error: unknown): void {
  const problem = error instanceof ApiError ? error.problem : undefined;
  notifications.show({
    color: 'red',
    title: problem?.detail ?? String(error),
    message: problem?.hint ?? '',
    autoClose: 12_000,
  });
}

interface StartRunProps extends Omit<MayButtonProps, 'role' | 'onClick' | 'refusal'> {
  readonly connection: string;
  readonly wish: Readonly<Record<string, unknown>> & { readonly kind: Run['kind'] };
}

/** A button that starts a run; while another one is at work it says so. */
export function StartRun({ connection, wish, ...props }: StartRunProps) {
  const start = useStartRun(connection);
  const { data } = useQuery(connectionOverviewQuery(connection));
  return (
    <MayButton
      {...props}
      role="operator"
      refusal={refusalOf(data)}
      loading={start.isPending}
      onClick={() => start.mutate(wish)}
    />
  );
}

/** Why no run of a connection can start now; undefined: one can, or it is not known yet. */
export function refusalOf(overview: ConnectionOverview | undefined): string | undefined {
  if (overview?.standing === 'unfinished') return runs.noCredentials;
  return overview?.openRun == null ? undefined : runs.busy;
}

/** `crypto.randomUUID` is there in secure pages only. */
function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
