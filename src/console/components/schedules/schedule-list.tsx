import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post, put, remove } from '../../api/client.ts';
import { type Schedule, type ScheduleWish, schedulesQuery } from '../../api/settings.ts';
import { common } from '../../texts/common.ts';
import { schedules as texts } from '../../texts/schedules.ts';
import { Tag } from '../badges.tsx';
import { Confirm } from '../confirm.tsx';
import { MayButton } from '../may-button.tsx';
import { Moment } from '../moment.tsx';
import { Problem } from '../problem.tsx';
import { Empty, Loaded } from '../states.tsx';
import { FIRST_WISH, ScheduleForm } from './schedule-form.tsx';

/** The schedules of a connection; each can be changed. */
export function ScheduleList({ connection }: { readonly connection: string }) {
  const schedules = useQuery(schedulesQuery(connection));
  const [edited, setEdited] = useState<{ readonly id?: string; readonly wish: ScheduleWish }>();
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" maw={720}>
          {texts.lead}
        </Text>
        <MayButton role="operator" onClick={() => setEdited({ wish: FIRST_WISH })}>
          {texts.add}
        </MayButton>
      </Group>
      <Loaded query={schedules}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={texts.none} text={texts.noneText} />
          ) : (
            items.map((schedule) => (
              <ScheduleCard
                key={schedule.id}
                connection={connection}
                schedule={schedule}
                onEdit={() => setEdited({ id: schedule.id, wish: wishOf(schedule) })}
              />
            ))
          )
        }
      </Loaded>
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={texts.editTitle}
        size="lg"
        closeButtonProps={{ 'aria-label': common.close }}
      >
        {edited !== undefined && (
          <Editor connection={connection} {...edited} onClose={() => setEdited(undefined)} />
        )}
      </Modal>
    </Stack>
  );
}

interface EditorProps {
  readonly connection: string;
  readonly id?: string;
  readonly wish: ScheduleWish;
  readonly onClose: () => void;
}

function Editor({ connection, id, wish, onClose }: EditorProps) {
  const [wanted, setWanted] = useState(wish);
  const base = `/connections/${connection}/schedules`;
  const save = useAct(() => (id === undefined ? post(base, wanted) : put(`${base}/${id}`, wanted)), {
    told: texts.saved,
    showsError: true,
    onDone: onClose,
  });
  return (
    <Stack>
      <ScheduleForm full wish={wanted} onChange={setWanted} />
      {save.isError && <Problem error={save.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {texts.save}
        </Button>
      </Group>
    </Stack>
  );
}

interface ScheduleCardProps {
  readonly connection: string;
  readonly schedule: Schedule;
  readonly onEdit: () => void;
}

function ScheduleCard({ connection, schedule, onEdit }: ScheduleCardProps) {
  const [removing, setRemoving] = useState(false);
  const drop = useAct(() => remove(`/connections/${connection}/schedules/${schedule.id}`), {
    told: texts.removed,
    onDone: () => setRemoving(false),
  });
  const { kind, words, enabled, nextRuns, lastDueAt, lastNote } = schedule;
  const button = { role: 'operator', size: 'xs', variant: 'default' } as const;
  return (
    <Paper withBorder p="md" component="section" aria-label={words}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Stack gap={2}>
            <Group gap="xs">
              <Title order={3} size="h5" className="sentence">
                {words}
              </Title>
              {!enabled && <Tag colour="gray" text={texts.rests} />}
            </Group>
            <Text size="sm">{texts.kinds[kind]}</Text>
          </Stack>
          <Group gap="xs">
            <MayButton {...button} onClick={onEdit}>
              {texts.edit}
            </MayButton>
            <MayButton {...button} onClick={() => setRemoving(true)}>
              {texts.remove}
            </MayButton>
          </Group>
        </Group>
        {nextRuns.length > 0 && (
          <Group gap="md">
            <Text size="sm" c="dimmed">
              {texts.nextOnes}
            </Text>
            {nextRuns.map((at) => (
              <Text size="sm" key={at}>
                <Moment at={at} />
              </Text>
            ))}
          </Group>
        )}
        {lastDueAt !== null && (
          <Text size="sm" c="dimmed">
            {texts.last} <Moment at={lastDueAt} ago />
            {lastNote === '' ? '' : `. ${texts.note}: ${lastNote}`}
          </Text>
        )}
      </Stack>
      <Confirm
        opened={removing}
        title={texts.removeTitle}
        text={texts.removeText}
        action={texts.remove}
        danger
        busy={drop.isPending}
        onClose={() => setRemoving(false)}
        onConfirm={() => drop.mutate()}
      />
    </Paper>
  );
}

function wishOf({ kind, flows, enabled, cron, timeZone, everySeconds }: Schedule): ScheduleWish {
  return { kind, flows, enabled, cron, timeZone, everySeconds };
}
