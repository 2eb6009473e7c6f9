import type { MappingSettings } from '../config/settings.ts';
import type { ColumnCondition } from '../connectors/connector.ts';
import type { Rejection } from '../domain/decoded.ts';
import type { SourceRow, TableSpec } from '../domain/source-row.ts';

export const FLOW_NAMES = ['accounts', 'suppliers', 'purchases'] as const;
/** One kind of business record. The order is the order inside a run. */
export type FlowName = (typeof FLOW_NAMES)[number];

/**
 * What a table is to a flow.
 * `driver`: its rows bring records into being; read whole on the first load, by change date afterwards.
 * `part`: belongs to records that a driver brought in; read by key, and watched for changes.
 * `reference`: small, kept whole, belongs to no single record.
 */
export type TableRole = 'driver' | 'part' | 'reference';

export interface FlowTable {
  readonly spec: TableSpec;
  readonly role: TableRole;
  /** A change of a reference table may change what any record of the flow maps to. */
  readonly remapsRecords?: boolean;
  /** The record a row belongs to. Not asked of reference tables. */
  recordKeyOf(row: SourceRow): string;
  /** Conditions that hold for every read of the table. */
  where(settings: MappingSettings): readonly ColumnCondition[];
  /** Conditions that find the rows of some records. May find more; the rows of other records are dropped. */
  whereRecords(recordKeys: readonly string[]): readonly ColumnCondition[];
}

/** One supplier, order or account, assembled from the rows last read. */
export interface SourceRecord {
  readonly key: string;
  /** Table name -> its rows, in the order of their keys. */
  readonly rows: Readonly<Record<string, readonly SourceRow[]>>;
}

/** What a record should be in Cin7. */
export type Mapped<P> =
  | {
      readonly kind: 'payload';
      readonly label: string;
      readonly payload: P;
      readonly notes?: readonly string[];
    }
  /** It cannot be written now. */
  | { readonly kind: 'rejected'; readonly label: string; readonly rejection: Rejection }
  /** It is none of Cin7's business (not released yet, received before it was ever sent, not a supplier by the settings). */
  | { readonly kind: 'notDue'; readonly label: string; readonly reason: string }
  /** It was cancelled in JDE. */
  | { readonly kind: 'cancelled'; readonly label: string };

/** A field that differs between what Cin7 was last sent and what it should hold now. */
export interface Difference {
  /** `PaymentTerm`, `Contacts[0].Phone`, `Lines[2].Quantity` */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The first problem that the connector found while decoding any row of the record. */
export function firstProblem(record: SourceRecord): Rejection | undefined {
  for (const rows of Object.values(record.rows)) {
    for (const row of rows) {
      const [problem] = row.problems;
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** A text column, both ends trimmed; `''` when blank or absent. */
export function textOf(row: SourceRow | undefined, alias: string): string {
  return row?.values[alias]?.trim() ?? '';
}
