import type { ParkCode } from '../faults/fault-codes.ts';

/** Why one record cannot be used: a code from the list, the field in the words of its system, what was found there. */
export interface Rejection {
  readonly code: ParkCode;
  /** JDE or Cin7 field, or setting: `F4311_UORG`, `Supplier.Name`, `crosswalk.paymentTerm`. */
  readonly field: string;
  /** One sentence that a purchasing clerk understands. */
  readonly detail: string;
  /** What the record waits for, so that all that wait for the same stand together: `crosswalk:item:MM-1`, `suppliers:4343`. */
  readonly subject?: string;
}

/** A value, or the reason why there is none. Nothing in between, nothing silent. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };

export function accept<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

export function reject(
  code: ParkCode,
  field: string,
  detail: string,
  subject?: string,
): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: { code, field, detail, ...(subject === undefined ? {} : { subject }) } };
}

/** The subject of records that wait for a code of the crosswalk. */
export function crosswalkSubject(kind: string, code: string): string {
  return `crosswalk:${kind}:${code}`;
}
