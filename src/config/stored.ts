import { Fault } from '../faults/fault.ts';
import { type ConnectionConfig, connectionSchema, mappingSettings } from './file.ts';
import type { MappingSettings } from './settings.ts';

/** A connection's settings as the store keeps them, one version each. Credentials are never among them. */
export interface StoredSettings {
  readonly jde: Omit<ConnectionConfig['jde'], 'credentials'>;
  readonly cin7: Omit<ConnectionConfig['cin7'], 'credentials'>;
  /** What decides what records become. */
  readonly mapping: MappingSettings;
  /** Sections that decide neither. */
  readonly [section: string]: unknown;
}

const OF_MAPPING = ['accounts', 'suppliers', 'purchases', 'crosswalk', 'run'] as const;

export function settingsToStore(config: ConnectionConfig): StoredSettings {
  const { name: _, marker: __, jde, cin7, ...sections } = config;
  const others: Record<string, unknown> = { ...sections };
  for (const section of OF_MAPPING) delete others[section];
  return {
    ...others,
    jde: withoutCredentials(jde),
    cin7: withoutCredentials(cin7),
    mapping: mappingSettings(config),
  };
}

/**
 * The configuration of a connection out of the store. Settings that are newer than the stored version get their defaults.
 *
 * @param text what `settingsToStore` gave, as JSON.
 * @throws Fault `config.invalid` when the stored settings no longer fit this program.
 */
export function configFromStore(name: string, text: string): ConnectionConfig {
  // Written from StoredSettings; whether it still fits is what the schema says below.
  const { mapping, ...sections } = JSON.parse(text) as StoredSettings;
  const parsed = connectionSchema.safeParse({ ...sections, ...mapping, name });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Fault(
    'config.invalid',
    `The stored settings of connection "${name}" do not fit this program: ${issues.join('; ')}.`,
    { field: parsed.error.issues[0]?.path.join('.') ?? name },
  );
}

export function withoutCredentials<S extends { credentials: unknown }>(settings: S): Omit<S, 'credentials'> {
  const { credentials: _, ...rest } = settings;
  return rest;
}
