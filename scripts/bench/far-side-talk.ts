import type { Cin7Allowance } from '../../src/simulators/cin7/index.ts';
import type { DataSize } from './data-set.ts';

/** What the process of the simulators is to hold. */
export interface FarSideOrder {
  readonly size: DataSize;
  readonly allowance: Cin7Allowance;
  /** Where the codes are written that a customer would import. */
  readonly crosswalkPath: string;
}

export type FarSideAsk =
  | { readonly do: 'where' | 'tally' | 'stopRecording' | 'emptyCin7' }
  | { readonly do: 'record'; readonly path: string };

export interface Place {
  readonly jdeUrl: string;
  readonly cin7Url: string;
  readonly accountId: string;
  readonly applicationKey: string;
}

export interface CallOf {
  /** Of JDE `service table`, of Cin7 `METHOD /path`. */
  readonly what: string;
  readonly at: number;
  readonly status: number;
}

export interface Tally {
  readonly jde: readonly CallOf[];
  readonly cin7: readonly CallOf[];
  readonly refusals: number;
  readonly suppliers: number;
  readonly purchases: number;
}

export type FarSideReply = Place | Tally | Record<string, never>;
