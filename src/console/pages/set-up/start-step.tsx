import { Group, Stack, Text } from '@mantine/core';
import { GoButton } from '../../components/go.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { setUp as texts } from '../../texts/set-up.ts';
import { Part } from '../settings/part.tsx';

/** The first write to Cin7, when somebody says so. */
export function StartStep({ connection }: { readonly connection: string }) {
  return (
    <Stack maw={820}>
      <Part title={texts.startTitle}>
        <Text maw={720}>{texts.startText(connection)}</Text>
        <Group>
          <StartRun connection={connection} wish={{ kind: 'sync' }}>
            {texts.startSync}
          </StartRun>
          <GoButton to="/" variant="default">
            {texts.later}
          </GoButton>
        </Group>
      </Part>
      <Part title={texts.finish}>
        <Text size="sm">{texts.finishText}</Text>
      </Part>
    </Stack>
  );
}
