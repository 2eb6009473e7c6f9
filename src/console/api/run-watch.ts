import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, events } from './client.ts';
import type { Run } from './types.ts';

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => call<Run>('GET', `/runs/${encodeURIComponent(id)}`, { signal }),
  });

const AGAIN_MS = 3_000;

/** A run that is kept up to date by the server's own events until it has ended; a stream that breaks off is opened again. */
export function useWatchedRun(id: string) {
  const query = useQuery(runQuery(id));
  const queries = useQueryClient();
  const [isBroken, setBroken] = useState(false);
  const isOpen = query.data !== undefined && query.data.endedAt === null;
  useEffect(() => {
    if (!isOpen) return undefined;
    const stop = new AbortController();
    const watch = async (): Promise<void> => {
      for await (const { event, data } of events(
        'GET',
        `/runs/${encodeURIComponent(id)}/events`,
        stop.signal,
      )) {
        if (event !== 'run') continue;
        setBroken(false);
        queries.setQueryData(runQuery(id).queryKey, data as Run); // The route's schema.
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keepWatching = (): void => {
      watch()
        .catch(() => undefined)
        .finally(() => {
          if (stop.signal.aborted) return;
          setBroken(true);
          timer = setTimeout(keepWatching, AGAIN_MS);
        });
    };
    keepWatching();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, isOpen, queries]);
  return { query, isBroken: isBroken && isOpen };
}
