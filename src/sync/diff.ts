import type { Rejection } from '../domain/decoded.ts';
import type { Difference, Mapped } from '../flows/flow.ts';
import type { Link } from '../store/links.ts';
import type { ParkedRecord } from '../store/parked.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What is to be done for a record. */
export type Change<P> = {
  readonly recordKey: string;
  readonly label: string;
  readonly notes: readonly string[];
} & (
  | {
      readonly kind: 'create';
      readonly payload: P;
      readonly fingerprint: string;
      readonly differences: readonly Difference[];
    }
  | {
      readonly kind: 'update';
      readonly payload: P;
      readonly fingerprint: string;
      readonly link: Link;
      readonly differences: readonly Difference[];
    }
  /** A creating or voiding call whose answer was never seen had been carried out: only our books are behind. */
  | { readonly kind: 'adopted'; readonly link: Link }
  | { readonly kind: 'void'; readonly fingerprint: string; readonly link: Link }
  /** Nothing to write. `reason` says why where it is not that Cin7 holds the same already. */
  | { readonly kind: 'unchanged'; readonly reason?: string }
  /** `fingerprint` is that of a payload that Cin7 has refused before. */
  | { readonly kind: 'parked'; readonly rejection: Rejection; readonly fingerprint: string | null }
);

interface DiffInput<P> {
  readonly recordKey: string;
  readonly mapped: Mapped<P>;
  readonly link: Link | undefined;
  readonly parked: ParkedRecord | undefined;
  differences(before: P, after: P): readonly Difference[];
}

/** Compares what a record should be with what was last written. Pure. */
export function diffRecord<P>(input: DiffInput<P>): Change<P> {
  const { recordKey, mapped, parked } = input;
  const voided = input.link?.state === 'voided' ? input.link : undefined;
  const live = voided === undefined ? input.link : undefined;
  /** Voided by a call whose answer was never seen: nobody has been told of it yet. */
  const untold = voided?.fingerprint === '' ? voided : undefined;
  const notes = mapped.kind === 'payload' ? (mapped.notes ?? []) : [];
  const base = {
    recordKey,
    label: mapped.label,
    notes: untold === undefined ? notes : [...notes, `${untold.cin7Number} was voided before, unanswered`],
  };
  switch (mapped.kind) {
    case 'rejected':
      return { ...base, kind: 'parked', rejection: mapped.rejection, fingerprint: null };
    case 'notDue':
      return { ...base, kind: 'unchanged', reason: mapped.reason };
    case 'cancelled': {
      if (untold !== undefined)
        return { ...base, kind: 'adopted', link: { ...untold, fingerprint: voidFingerprint(untold) } };
      if (live === undefined) return { ...base, kind: 'unchanged', reason: 'cancelled in JDE' };
      const fingerprint = voidFingerprint(live);
      return refusedBefore(parked, fingerprint) ?? { ...base, kind: 'void', fingerprint, link: live };
    }
    case 'payload': {
      const fingerprint = fingerprintOf(mapped.payload);
      const refused = refusedBefore<P>(parked, fingerprint);
      if (live?.fingerprint === fingerprint)
        return live.state === 'begun'
          ? { ...base, kind: 'adopted', link: live }
          : { ...base, kind: 'unchanged' };
      if (refused !== undefined) return refused;
      if (live === undefined)
        return { ...base, kind: 'create', payload: mapped.payload, fingerprint, differences: [] };
      // Written by the same flow from the same type.
      const differences = input.differences(JSON.parse(live.payload) as P, mapped.payload);
      return { ...base, kind: 'update', payload: mapped.payload, fingerprint, link: live, differences };
    }
  }
}

const voidFingerprint = (link: Link): string => `void:${link.cin7Id}`;

/** What Cin7 refused is not sent again as it is, unless a person asks. */
function refusedBefore<P>(parked: ParkedRecord | undefined, fingerprint: string): Change<P> | undefined {
  if (parked === undefined || parked.fingerprint !== fingerprint || parked.retryAsked) return undefined;
  const { recordKey, label, code, field, detail } = parked;
  return { recordKey, label, notes: [], kind: 'parked', rejection: { code, field, detail }, fingerprint };
}
