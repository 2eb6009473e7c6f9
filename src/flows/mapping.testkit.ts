import { connectionSchema, mappingSettings } from '../config/file.ts';
import type { MappingSettings } from '../config/settings.ts';
import type { Rejection } from '../domain/decoded.ts';
import type { SourceRow, SourceValue } from '../domain/source-row.ts';
import type { Mapped, SourceRecord } from './flow.ts';

/** Settings as they stand in ml-connector.yaml; all others are the defaults. */
export function settingsWith(own: Record<string, unknown> = {}): MappingSettings {
  const jde = { url: 'https://ais.example.com', environment: 'JPD920', role: '*ALL' };
  return mappingSettings(connectionSchema.parse({ name: 'main', jde, ...own }));
}

export function sourceRow(
  values: Readonly<Record<string, SourceValue>>,
  problems: readonly Rejection[] = [],
): SourceRow {
  return { key: JSON.stringify(values), values, problems };
}

export function record(
  key: string,
  rows: Readonly<Record<string, readonly Readonly<Record<string, SourceValue>>[]>>,
): SourceRecord {
  const mapped = Object.entries(rows).map(([table, list]) => [
    table,
    list.map((values) => sourceRow(values)),
  ]);
  return { key, rows: Object.fromEntries(mapped) };
}

/** The payload of a record that was mapped; anything else fails the test with what came instead. */
export function payloadOf<P>(mapped: Mapped<P>): P {
  if (mapped.kind !== 'payload') throw new Error(`No payload: ${JSON.stringify(mapped)}`);
  return mapped.payload;
}

/** Why a record was rejected. */
export function rejectionOf<P>(mapped: Mapped<P>): Rejection {
  if (mapped.kind !== 'rejected') throw new Error(`Not rejected: ${JSON.stringify(mapped)}`);
  return mapped.rejection;
}
