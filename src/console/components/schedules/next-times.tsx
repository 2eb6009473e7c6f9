import { List, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { Timing } from '../../api/settings.ts';
import { schedules as texts } from '../../texts/schedules.ts';
import { Moment } from '../moment.tsx';
import { Problem } from '../problem.tsx';

interface Preview {
  readonly words: string;
  readonly nextRuns: readonly string[];
}

const WAIT_MS = 300;

/** A timing in plain words, and when it is due next. */
export function NextTimes({ timing }: { readonly timing: Timing }) {
  const { cron, timeZone, everySeconds } = timing;
  const [asked] = useDebouncedValue(JSON.stringify({ cron, timeZone, everySeconds }), WAIT_MS);
  const preview = useQuery({
    queryKey: ['schedule-preview', asked],
    queryFn: () => post<Preview>('/schedule-preview', JSON.parse(asked)),
    placeholderData: (before) => before,
    retry: false,
  });
  if (preview.isError) return <Problem error={preview.error} />;
  return (
    <Stack gap={4} role="status">
      <Text fw={600} className="sentence">
        {preview.data?.words}
      </Text>
      <Text size="sm" c="dimmed">
        {texts.next} ({texts.inYourZone})
      </Text>
      <List size="sm">
        {preview.data?.nextRuns.map((at) => (
          <List.Item key={at}>
            <Moment at={at} /> (<Moment at={at} ago />)
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
