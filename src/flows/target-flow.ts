import type { CrosswalkKind, MappingSettings } from '../config/settings.ts';
import type { Target } from '../connectors/connector.ts';
import type { Books } from '../crosswalk/books.ts';
import type { CrosswalkView } from '../crosswalk/view.ts';
import type { Rejection } from '../domain/decoded.ts';
import type { LocalDate } from '../domain/local-date.ts';
import type { SourceRow } from '../domain/source-row.ts';
import type { Intent } from '../store/intents.ts';
import type { Link } from '../store/links.ts';
import type { Difference, FlowName, FlowTable, Mapped, SourceRecord } from './flow.ts';

/** What a flow may look up while it maps: snapshots, so that mapping stays pure. */
export interface MapPorts {
  readonly settings: MappingSettings;
  readonly crosswalk: CrosswalkView;
  readonly books: Books;
  readonly today: LocalDate;
  /** A reference table kept whole, such as F0010. */
  loadReference(table: string): Promise<readonly SourceRow[]>;
  loadLinks(flow: FlowName, recordKeys: readonly string[]): Promise<ReadonlyMap<string, Link>>;
  /** Which record stands in Cin7 under each of these names. */
  loadNameOwners(flow: FlowName, nameKeys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Why records of a flow are parked. */
  loadParkedReasons(flow: FlowName, recordKeys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * What a plan would do with suppliers that are not in Cin7 yet, by address number. Empty in a run that writes.
   */
  readonly plannedSuppliers: PlannedSuppliers;
}

export type PlannedSuppliers = ReadonlyMap<string, { readonly currency: string } | { readonly why: string }>;

export interface Mapper<P> {
  /** Maps records of one batch, in the order of their keys. */
  mapBatch(records: readonly SourceRecord[]): Promise<readonly Mapped<P>[]>;
}

export interface WritePorts {
  readonly target: Target;
  readonly settings: MappingSettings;
  readonly signal: AbortSignal;
  /** Whether another record is linked to this Cin7 object. */
  isTaken(cin7Id: string, byOtherThan: string): Promise<boolean>;
  readonly memory: FlowMemory;
}

/** What writers remember beyond a run. */
export interface FlowMemory {
  recall(name: string): Promise<string | undefined>;
  note(name: string, value: string): Promise<void>;
  /** Which of these Cin7 suppliers are linked. */
  linkedSuppliers(cin7Ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Links objects of Cin7 that carry the marker of a record. */
  saveFound(links: readonly Link[]): Promise<void>;
}

/** Something that exists in Cin7. */
export interface Written {
  readonly cin7Id: string;
  /** Order number; empty for suppliers. */
  readonly cin7Number: string;
  /** What later writes need; stored as JSON. */
  readonly details: unknown;
}

export type WriteResult<P> =
  | (Written & {
      readonly kind: 'written';
      readonly outcome: 'created' | 'updated' | 'linked' | 'unchanged' | 'voided';
      /** Fields that Cin7 answered otherwise than they were sent. */
      readonly deviations: readonly Difference[];
    })
  | {
      readonly kind: 'refused';
      readonly rejection: Rejection;
      /** What stands in Cin7 in spite of the refusal, and what it holds: a purchase without its lines. */
      readonly partial?: Written & { readonly payload: P };
    };

/** One write of one record. */
export interface WriteTask<P> {
  readonly recordKey: string;
  readonly payload: P;
  readonly differences: readonly Difference[];
  /** Notes durably that the header exists, or that its order is about to be undone, before its lines are written. */
  headerDone(header: { cin7Id: string; cin7Number: string }): Promise<void>;
}

/**
 * What a look-up found of a creating call: nothing, or an object in Cin7 and the payload that it surely holds. `fingerprint` is
 * that of the intent where it holds all of it, else empty.
 */
export type LookUp<P> =
  | { readonly found: false }
  | (Written & { readonly found: true; readonly payload: P; readonly fingerprint: string });

export interface Writer<P> {
  create(task: WriteTask<P>): Promise<WriteResult<P>>;
  update(task: WriteTask<P> & { readonly link: Link }): Promise<WriteResult<P>>;
  /** Only for a record that was cancelled in JDE. */
  void(task: { readonly recordKey: string; readonly link: Link }): Promise<WriteResult<P>>;
  /** Looks up what became of creating calls whose answer is unknown (invariant 3). */
  lookUp(intents: readonly Intent[]): Promise<ReadonlyMap<string, LookUp<P>>>;
  /** The same for an intent whose object is known to exist and was taken in hand: what it surely holds. */
  begun(intent: Intent & { readonly cin7Id: string }, link: Link | undefined): LookUp<P>;
  /** Whether a void whose answer is unknown was carried out. Only of flows that void. */
  isVoided?(link: Link): Promise<boolean>;
}

/** A flow whose records are written to Cin7. `P` is plain JSON. */
export interface TargetFlow<P> {
  readonly name: FlowName;
  readonly tables: readonly FlowTable[];
  /** Crosswalk kinds that its mapping asks for. */
  readonly kinds: readonly CrosswalkKind[];
  /** Calls of a create, an update and a void, for plans. */
  readonly calls: { readonly create: number; readonly update: number; readonly void: number };
  openMapper(ports: MapPorts): Promise<Mapper<P>>;
  openWriter(ports: WritePorts): Writer<P>;
  differences(before: P, after: P): readonly Difference[];
  /** Folded name under which the record stands in Cin7; empty where names are not unique. */
  nameKey(payload: P): string;
}
