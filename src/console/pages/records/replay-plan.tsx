import { Stack, Text } from '@mantine/core';
import type { Replay, SendWay } from '../../api/replay.ts';
import { Differences } from '../../components/differences.tsx';
import { nextText } from '../../texts/causes.ts';
import { replayTexts as texts } from '../../texts/replay.ts';
import { WhatCin7Gets } from '../plan/new-record.tsx';

interface ReplayPlanProps {
  readonly replay: Replay;
  readonly way: SendWay;
  /** What people call it in Cin7: `PO-00102`. */
  readonly name: string;
}

/** What sending a record once more would do, in a sentence and field by field. */
export function ReplayPlan({ replay, way, name }: ReplayPlanProps) {
  const { change, differences, payload, label, calls } = replay;
  return (
    <Stack gap="xs">
      <Text size="sm">{sentenceOf(replay, { way, name })}</Text>
      {change === 'park' && (
        <Stack gap={2}>
          <Text size="sm" fw={500}>
            {replay.detail}
          </Text>
          <Text size="sm" c="dimmed">
            {nextText(replay.code ?? '', replay.hint ?? '')}
          </Text>
        </Stack>
      )}
      {change === 'create' ? (
        <WhatCin7Gets payload={payload} label={label} />
      ) : (
        <Differences items={differences} />
      )}
      {calls > 0 && (
        <Text size="sm" c="dimmed">
          {texts.calls(calls)}
        </Text>
      )}
    </Stack>
  );
}

function sentenceOf(
  { change, flow, reason }: Replay,
  { way, name }: Pick<ReplayPlanProps, 'way' | 'name'>,
): string {
  switch (change) {
    case 'create':
      return way === 'anew' && flow === 'suppliers' ? texts.findOrCreate : texts.create(flow);
    case 'update':
      return texts.update(name);
    case 'void':
      return texts.void(name);
    case 'link':
      return texts.link;
    case 'park':
      return texts.park;
    case 'unchanged':
      return reason === undefined ? texts.unchanged : texts.unchangedBecause(reason);
  }
}

/** Whether the next sync would have anything to do. */
export function isWorthSending({ change }: Replay): boolean {
  return change !== 'unchanged' && change !== 'park';
}
