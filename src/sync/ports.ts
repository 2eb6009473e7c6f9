import type { MappingSettings } from '../config/settings.ts';
import type { Source, Target, WritePermit } from '../connectors/connector.ts';
import type { FlowName } from '../flows/flow.ts';
import type { Db } from '../store/database.ts';
import type { RunHandle } from '../store/runs.ts';
import type { FlowCounters, OutcomeName, RunSummary } from './summary.ts';

/** What people see while a run is at work. */
export type Progress =
  | {
      readonly phase: 'settle' | 'read' | 'fetch' | 'work' | 'done';
      readonly flow: FlowName;
      readonly counters: FlowCounters;
      readonly detail?: string;
    }
  | {
      readonly phase: 'offline';
      readonly flow: FlowName;
      readonly side: 'jde' | 'cin7';
      readonly detail: string;
    }
  | {
      readonly phase: 'outcome';
      readonly flow: FlowName;
      readonly outcome: OutcomeName;
      readonly label: string;
    };

/** Who asked for the run and from where, for the trail. */
export interface Requester {
  readonly actor: string;
  readonly origin: string;
}

export type { WritePermit };

/** Hears that a system went away, again with each knock that it does not answer, and that it is back. */
interface OutageWatch {
  away(side: 'jde' | 'cin7', text: string): Promise<void>;
  back(side: 'jde' | 'cin7'): Promise<void>;
}

/** Everything a run needs, passed in: no step reaches for a clock, a file or the network by itself. */
export interface RunPorts {
  readonly db: Db;
  readonly source: Source;
  readonly target: Target;
  readonly settings: MappingSettings;
  readonly run: RunHandle;
  /** What every write waits for, and every conclusion that a write never happened. */
  readonly permit: WritePermit;
  readonly requester: Requester;
  /** Whether parked records are looked at again in any case, or only every so often: each look reads the books of Cin7. */
  readonly look: 'always' | 'sometimes';
  /** Writes under way at the same time. */
  readonly writesAtOnce: number;
  /** Writes whose intents are noted in one transaction, before any of them is sent. */
  readonly intentsAtOnce: number;
  /** How long a list of Cin7 may trail a write. */
  readonly listLagMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (progress: Progress) => void;
  readonly outages: OutageWatch;
  /** Hands out the books of the run, so that they can be read however it ends. */
  readonly onSummary: (summarise: () => RunSummary) => void;
}

/** What mapping needs of a run; it writes nothing, so that it may be done outside of one. */
export type MappingPorts = Pick<RunPorts, 'db' | 'settings' | 'now'> & {
  readonly run: Pick<RunHandle, 'connectionId'>;
};
