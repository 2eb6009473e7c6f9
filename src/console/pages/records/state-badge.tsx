import type { RecordState } from '../../api/types.ts';
import { Tag } from '../../components/badges.tsx';
import { records as texts } from '../../texts/records.ts';

const COLOURS: Readonly<Record<RecordState, string>> = {
  live: 'green',
  begun: 'orange',
  voided: 'grape',
  parked: 'orange',
  staged: 'cyan',
  read: 'gray',
  mapped: 'green',
};

export function RecordStateBadge({ state }: { readonly state: RecordState }) {
  return <Tag colour={COLOURS[state]} text={texts.states[state]} />;
}
