import { queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type { Page } from './types.ts';

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly certificateAuthority: string | null;
}

interface ChannelCommon {
  readonly id: string;
  readonly name: string;
  /** Null: all, also those of later versions. */
  readonly events: readonly string[] | null;
  /** Ids; null: all. */
  readonly connections: readonly string[] | null;
  readonly enabled: boolean;
}

export type Channel = ChannelCommon &
  (
    | { readonly kind: 'email'; readonly settings: EmailSettings }
    | { readonly kind: 'webhook' | 'slack'; readonly settings: { readonly host: string } }
  );

export interface SavedChannel {
  readonly channel: Channel;
  readonly newSigningSecret?: string;
}

export interface Delivery {
  readonly id: string;
  readonly channelId: string;
  readonly title: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly createdAt: string;
  readonly lastError: string | null;
}

export const channelsQuery = queryOptions({
  queryKey: ['notice-channels'],
  queryFn: ({ signal }) => get<{ readonly items: readonly Channel[] }>('/notice-channels', {}, signal),
});

export const noticeEventsQuery = queryOptions({
  queryKey: ['notice-events'],
  queryFn: ({ signal }) =>
    get<{ readonly items: readonly { readonly name: string; readonly description: string }[] }>(
      '/notice-events',
      {},
      signal,
    ),
  staleTime: Number.POSITIVE_INFINITY,
});

export const deliveriesPage = (cursor: string | undefined, signal: AbortSignal) =>
  get<Page<Delivery>>('/notice-deliveries', { limit: 20, cursor }, signal);
