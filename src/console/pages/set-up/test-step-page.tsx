import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ConnectionTest } from '../../components/connection-test.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { setUp as texts } from '../../texts/set-up.ts';
import { connectionTest } from '../../texts/settings.ts';
import { Part } from '../settings/part.tsx';

interface TestStepPageProps {
  readonly connection: string;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** Each step of the way to both systems; it goes on when all have passed. */
export function TestStepPage({ connection, onBack, onNext }: TestStepPageProps) {
  const [passed, setPassed] = useState(false);
  return (
    <Stack maw={820}>
      <Part title={connectionTest.title}>
        <Text size="sm">{connectionTest.text}</Text>
        <ConnectionTest connection={connection} atOnce onPassed={() => setPassed(true)} />
      </Part>
      <Group>
        <Button variant="default" onClick={onBack}>
          {texts.back}
        </Button>
        <MayButton role="admin" refusal={passed ? undefined : texts.nextAnyway} onClick={onNext}>
          {texts.next}
        </MayButton>
      </Group>
    </Stack>
  );
}
