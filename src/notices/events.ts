import type { FaultCode } from '../faults/fault-codes.ts';
import type { NewlyParked } from '../store/parked-news.ts';

/** What a channel can be told of, with the words that explain it where channels are set up. */
export const EVENTS = {
  'run.failed': 'A run failed.',
  'run.no_progress': 'Several runs in a row left the same work behind.',
  'connection.offline': 'JDE or Cin7 cannot be reached.',
  'connection.back': 'A connection works again.',
  'parked.new': 'Records were parked that were not parked before: one message a run.',
  'freshness.stale': 'No run has succeeded for longer than notices.staleAfterMinutes.',
  'reconcile.differences': 'A reconcile found differences that nobody has explained.',
  'trail.damaged': 'The audit trail was changed outside the connector.',
  'key.problem': 'Credentials cannot be opened with the master key.',
  'sign_in.blocked': 'Signing in to the console was blocked after too many wrong tries.',
} as const;

export type EventName = keyof typeof EVENTS;

export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[]; // Its own keys.

/** Something that people should hear of, as the part says it that noticed. Never a secret. */
export type NoticeEvent =
  | {
      readonly event: 'run.failed';
      readonly connectionId: string;
      readonly runId: string;
      readonly runKind: string;
      /** Absent: an error of the connector itself. */
      readonly code: FaultCode | undefined;
      readonly text: string;
    }
  | {
      readonly event: 'run.no_progress';
      readonly connectionId: string;
      readonly runId: string;
      readonly runs: number;
    }
  | {
      readonly event: 'connection.offline';
      readonly connectionId: string;
      readonly side: 'jde' | 'cin7';
      readonly text: string;
    }
  | {
      readonly event: 'parked.new';
      readonly connectionId: string;
      readonly runId: string;
      readonly causes: readonly NewlyParked[];
    }
  | {
      readonly event: 'freshness.stale';
      readonly connectionId: string;
      /** Null: none has ever succeeded. */
      readonly lastSuccessMs: number | null;
      readonly staleAfterMinutes: number;
    }
  | {
      readonly event: 'reconcile.differences';
      readonly connectionId: string;
      readonly runId: string;
      /** `in words, plural`: `purchase orders that are not in Cin7`, most first. */
      readonly differences: readonly {
        readonly what: string;
        readonly count: number;
        readonly examples: readonly string[];
      }[];
    }
  | {
      readonly event: 'trail.damaged';
      /** Connection id, or `system`. */
      readonly chain: string;
      readonly seq: number;
      readonly problem: string;
    }
  | {
      readonly event: 'key.problem';
      /** Null: the master key itself. */
      readonly connectionId: string | null;
      readonly text: string;
      readonly hint: string;
    }
  | {
      readonly event: 'sign_in.blocked';
      readonly user: string;
      readonly origin: string;
      readonly minutes: number;
    };

/** The connection that an event is about; null: all of the connector. */
export function connectionOf(event: NoticeEvent): string | null {
  if (event.event === 'trail.damaged') return event.chain === 'system' ? null : event.chain;
  return 'connectionId' in event ? event.connectionId : null;
}
