import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, get } from './client.ts';
import type { Connection, Me, Role } from './types.ts';

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await get<Me>('/me', {}, signal);
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => get<{ readonly items: readonly Connection[] }>('/connections', {}, signal),
});

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

/** Whether the person who is signed in may do what needs a role. The server decides; this only spares people a refusal. */
export function useMay(needed: Role): boolean {
  const { data: me } = useQuery(meQuery);
  return me != null && ROLES.indexOf(me.role) >= ROLES.indexOf(needed);
}
