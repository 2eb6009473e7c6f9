import { FAULTS, type FaultCode, type FaultKind, type ThrownCode } from './fault-codes.ts';

interface FaultOptions {
  readonly cause?: unknown;
  /** The field, step or setting that the fault is about: `jde.password`, `F0101.TAX`. */
  readonly field?: string;
  /** How long the other side asked us to wait. */
  readonly retryAfterMs?: number;
  /** The entry of `outbound.allowHosts` that would let a held-back call through. */
  readonly allowEntry?: string;
}

/** A failure that ends or delays more than one record. Carries a code from the list, never a secret. */
export class Fault extends Error {
  readonly code: ThrownCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly allowEntry: string | undefined;

  constructor(code: ThrownCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
    this.allowEntry = options.allowEntry;
  }

  get kind(): FaultKind {
    return FAULTS[this.code].kind;
  }

  get hint(): string {
    return hintOf(this.code);
  }
}

/** The next step for a code. */
export function hintOf(code: FaultCode): string {
  return FAULTS[code].hint;
}

/** Whether an unknown error is a `Fault` of one of these kinds. */
export function isFault(error: unknown, ...kinds: readonly FaultKind[]): error is Fault {
  return error instanceof Fault && (kinds.length === 0 || kinds.includes(error.kind));
}

/** Our own mistake: ends the run loudly and is never caught per record. */
export function assert(condition: unknown, message: string): asserts condition {
  if (condition === false || condition === undefined || condition === null) {
    throw new Error(`Assertion failed: ${message}`);
  }
}
