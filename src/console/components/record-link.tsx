import { Stack, Text } from '@mantine/core';
import type { FlowName } from '../api/types.ts';
import { flowWord } from '../texts/flows.ts';
import { Go } from './go.tsx';

interface RecordLinkProps {
  readonly connection: string;
  readonly flow: FlowName | null;
  readonly recordKey: string | null;
  readonly label: string | undefined;
}

/** The name of a record, which leads to its page, with its kind and key. */
export function RecordLink({ connection, flow, recordKey, label }: RecordLinkProps) {
  if (flow === null || recordKey === null) return <Text size="sm">{label ?? ''}</Text>;
  return (
    <Stack gap={0} align="flex-start">
      <Go
        to="/c/$connection/records/$flow/$recordKey"
        params={{ connection, flow, recordKey }}
        size="sm"
        className="breaks"
      >
        {label === undefined || label === '' ? recordKey : label}
      </Go>
      <Text size="xs" c="dimmed">
        {flowWord(flow)} {recordKey}
      </Text>
    </Stack>
  );
}
