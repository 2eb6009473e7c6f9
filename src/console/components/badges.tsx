import { Badge } from '@mantine/core';
import type { Outcome, Run } from '../api/types.ts';
import { runs } from '../texts/runs.ts';

const STATE_COLOURS: Readonly<Record<Run['state'], string>> = {
  queued: 'gray',
  running: 'cyan',
  skipped: 'gray',
  succeeded: 'green',
  failed: 'red',
  stopped: 'orange',
  interrupted: 'orange',
};

const OUTCOME_COLOURS: Readonly<Record<Outcome, string>> = {
  created: 'green',
  updated: 'cyan',
  linked: 'indigo',
  unchanged: 'gray',
  voided: 'grape',
  parked: 'orange',
};

export function StateBadge({ state }: { readonly state: Run['state'] }) {
  return <Tag colour={STATE_COLOURS[state]} text={runs.states[state]} />;
}

export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  return <Tag colour={OUTCOME_COLOURS[outcome]} text={runs.outcomeNames[outcome]} />;
}

/** A word with a colour beside it; the colour alone never says anything. */
export function Tag({ colour, text }: { readonly colour: string; readonly text: string }) {
  return (
    <Badge color={colour} variant="light" tt="none" fw={600} className="tag">
      {text}
    </Badge>
  );
}
