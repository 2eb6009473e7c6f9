import { queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type { FlowName, Run } from './types.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface SettingsInForce {
  readonly version: number;
  readonly settings: Settings;
  readonly versions: readonly { readonly version: number; readonly createdAt: string }[];
}

/** The parts of JSON Schema that the settings are described with. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

export interface SecretState {
  readonly name: string;
  readonly fingerprint: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface Timing {
  readonly cron: string | null;
  readonly timeZone: string;
  readonly everySeconds: number | null;
}

export interface ScheduleWish extends Timing {
  readonly kind: Run['kind'];
  readonly flows: readonly FlowName[];
  readonly enabled: boolean;
}

export interface Schedule extends ScheduleWish {
  readonly id: string;
  readonly words: string;
  readonly nextRuns: readonly string[];
  readonly lastDueAt: string | null;
  readonly lastRunId: string | null;
  readonly lastNote: string;
}

export const settingsKey = (connection: string) => ['settings', connection] as const;

export const settingsQuery = (connection: string) =>
  queryOptions({
    queryKey: [...settingsKey(connection), 'in force'],
    queryFn: ({ signal }) => get<SettingsInForce>(`/connections/${connection}/settings`, {}, signal),
  });

export const schemaQuery = queryOptions({
  queryKey: ['settings-schema'],
  queryFn: ({ signal }) => get<SchemaNode>('/settings-schema', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const secretsQuery = (connection: string) =>
  queryOptions({
    queryKey: [...settingsKey(connection), 'secrets'],
    queryFn: ({ signal }) =>
      get<{ readonly names: readonly string[]; readonly items: readonly SecretState[] }>(
        `/connections/${connection}/secrets`,
        {},
        signal,
      ),
  });

export const schedulesQuery = (connection: string) =>
  queryOptions({
    queryKey: ['schedules', connection],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly Schedule[] }>(`/connections/${connection}/schedules`, {}, signal),
  });
