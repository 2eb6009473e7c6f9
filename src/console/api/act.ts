import { notifications } from '@mantine/notifications';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useConfirmedIdentity } from '../components/reauthentication.tsx';
import { ApiError } from './client.ts';

interface ActOptions<I, T> {
  /** What the person is told when it is done. */
  readonly told?: string | ((result: T, input: I) => string);
  /** Answers that are asked for again afterwards, by the beginning of their keys. Default: all. */
  readonly refresh?: readonly QueryKey[];
  readonly onDone?: (result: T, input: I) => void;
  /** The page shows the error itself, beside what was entered. Otherwise a notice tells it. */
  readonly showsError?: boolean;
}

/** Something that a person does. Where it needs a late sign-in, the password is asked for and the act is repeated. */
export function useAct<I = void, T = unknown>(
  act: (input: I) => Promise<T>,
  { told, refresh, onDone, showsError = false }: ActOptions<I, T> = {},
) {
  const queries = useQueryClient();
  const confirmed = useConfirmedIdentity();
  return useMutation({
    mutationFn: (input: I) => confirmed(() => act(input)),
    onSuccess: (result, input) => {
      if (refresh === undefined) void queries.invalidateQueries();
      for (const queryKey of refresh ?? []) void queries.invalidateQueries({ queryKey });
      if (told !== undefined)
        notifications.show({
          color: 'teal',
          message: typeof told === 'string' ? told : told(result, input),
          withBorder: true,
        });
      onDone?.(result, input);
    },
    onError: (error) => {
      if (!showsError) showError(error);
    },
  });
}

function showError(error: unknown): void {
  const problem = error instanceof ApiError ? error.problem : undefined;
  notifications.show({
    color: 'red',
    title: problem?.detail ?? String(error),
    message: problem?.hint ?? '',
    autoClose: 12_000,
    withBorder: true,
  });
}
