import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Run } from '../../api/types.ts';
import { runs as texts } from '../../texts/runs.ts';

/** Why a run did not come to its end, and the next step. */
export function RunFault({ run: { fault, state } }: { readonly run: Run }) {
  if (fault === null) return null;
  const isAsked = state === 'stopped' || state === 'skipped';
  return (
    <Alert
      color={isAsked ? 'orange' : 'red'}
      icon={<IconAlertTriangle aria-hidden />}
      title={fault.text}
      role={isAsked ? 'status' : 'alert'}
    >
      <Stack gap={4}>
        {fault.hint !== '' && <Text size="sm">{fault.hint}</Text>}
        <Text size="xs" c="dimmed">
          {texts.fault(fault.code)}
        </Text>
      </Stack>
    </Alert>
  );
}
