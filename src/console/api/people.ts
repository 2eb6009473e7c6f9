import { queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type { Page, Role } from './types.ts';

export type TokenRole = Role | 'trigger';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly origin: 'local' | 'oidc';
  readonly hasPassword: boolean;
  readonly mustChangePassword: boolean;
  readonly totpEnabled: boolean;
  readonly disabled: boolean;
  readonly lastSignInAt: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A password to hand over; shown this once. */
export interface Temporary {
  readonly user: User;
  readonly temporaryPassword: string;
  readonly temporaryPasswordExpiresAt: string;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  readonly madeBy: string;
  readonly connectionId: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly lastUsedFrom: string | null;
  readonly revokedAt: string | null;
}

export interface Session {
  readonly id: string;
  readonly current: boolean;
  readonly method: 'password' | 'oidc';
  readonly address: string;
  readonly agent: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

const USERS_MAX = 500;

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }): Promise<readonly User[]> => {
    const users: User[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<User> = await get('/users', { limit: USERS_MAX, cursor }, signal);
      users.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return users;
  },
});

export const tokensQuery = (all: boolean) =>
  queryOptions({
    queryKey: ['tokens', all],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly Token[] }>('/tokens', { all, limit: 1_000 }, signal),
  });

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => get<{ readonly items: readonly Session[] }>('/me/sessions', {}, signal),
});
