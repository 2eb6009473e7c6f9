import { Button, Group, Text } from '@mantine/core';
import type { Suggestion } from '../api/crosswalk.ts';
import { crosswalk } from '../texts/crosswalk.ts';

interface SuggestionButtonProps {
  readonly suggestion: Suggestion | undefined;
  readonly onTake: (target: string) => void;
}

/** The nearest entry of Cin7 and why it was found; taken only when somebody presses it. */
export function SuggestionButton({ suggestion, onTake }: SuggestionButtonProps) {
  if (suggestion === undefined) return null;
  const { target, label, reason } = suggestion;
  return (
    <Group gap={6}>
      <Button size="compact-sm" variant="light" onClick={() => onTake(target)}>
        {crosswalk.suggested(target)}
      </Button>
      <Text size="xs" c="dimmed">
        {label === target ? '' : `${label}. `}
        {reason}
      </Text>
    </Group>
  );
}
