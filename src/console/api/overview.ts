import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ConnectionOverview, DayArrivals } from './types.ts';

const EVERY_MS = 5_000;
const CHART_EVERY_MS = 60_000;

/** How all connections stand, asked again by itself. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) =>
    call<{ readonly items: readonly ConnectionOverview[] }>('GET', '/overview', { passive: true, signal }),
  refetchInterval: EVERY_MS,
});

export const connectionOverviewQuery = (connection: string) =>
  queryOptions({
    queryKey: ['overview', connection],
    queryFn: ({ signal }) =>
      call<ConnectionOverview>('GET', `/connections/${encodeURIComponent(connection)}/overview`, {
        passive: true,
        signal,
      }),
    refetchInterval: EVERY_MS,
  });

/** What arrived in the last 30 days of the viewer's calendar. */
export const arrivalsQuery = (connection: string) =>
  queryOptions({
    queryKey: ['arrivals', connection],
    queryFn: ({ signal }) =>
      call<{ readonly items: readonly DayArrivals[] }>(
        'GET',
        `/connections/${encodeURIComponent(connection)}/arrivals`,
        {
          passive: true,
          signal,
          query: { days: 30, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        },
      ),
    refetchInterval: CHART_EVERY_MS,
  });
