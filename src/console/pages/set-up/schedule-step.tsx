import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import { schedulesQuery } from '../../api/settings.ts';
import { Problem } from '../../components/problem.tsx';
import { FIRST_WISH, ScheduleForm } from '../../components/schedules/schedule-form.tsx';
import { common } from '../../texts/common.ts';
import { setUp as texts } from '../../texts/set-up.ts';
import { Part } from '../settings/part.tsx';

interface ScheduleStepProps {
  readonly connection: string;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** When it runs by itself, in plain words. */
export function ScheduleStep({ connection, onBack, onNext }: ScheduleStepProps) {
  const [wish, setWish] = useState(FIRST_WISH);
  const { data } = useQuery(schedulesQuery(connection));
  const save = useAct(() => post(`/connections/${connection}/schedules`, wish), {
    showsError: true,
    onDone: onNext,
  });
  const present = data?.items ?? [];
  return (
    <Stack maw={820}>
      <Part title={texts.scheduleTitle}>
        <Text size="sm" maw={720}>
          {texts.scheduleText}
        </Text>
        {present.length > 0 && (
          <>
            <Text size="sm">{texts.scheduleHas}</Text>
            <List size="sm">
              {present.map(({ id, words }) => (
                <List.Item key={id}>{words}</List.Item>
              ))}
            </List>
          </>
        )}
        <ScheduleForm wish={wish} onChange={setWish} />
        {save.isError && <Problem error={save.error} />}
      </Part>
      <Group>
        <Button variant="default" onClick={onBack}>
          {common.back}
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {texts.scheduleSave}
        </Button>
        <Button variant="subtle" onClick={onNext}>
          {present.length > 0 ? texts.next : texts.scheduleNone}
        </Button>
      </Group>
    </Stack>
  );
}
