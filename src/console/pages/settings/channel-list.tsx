import { Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post, remove } from '../../api/client.ts';
import type { Channel } from '../../api/notices.ts';
import { Tag } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { notices as texts } from '../../texts/people.ts';

interface ChannelListProps {
  readonly channels: readonly Channel[];
  readonly onEdit: (channel: Channel) => void;
}

interface TestResult {
  readonly sent: boolean;
  readonly detail: string;
}

/** The channels; each can be tested, changed and removed. */
export function ChannelList({ channels, onEdit }: ChannelListProps) {
  const [removing, setRemoving] = useState<Channel>();
  const drop = useAct((id: string) => remove(`/notice-channels/${id}`), {
    told: texts.removed,
    onDone: () => setRemoving(undefined),
  });
  const test = useAct((id: string) => post<TestResult>(`/notice-channels/${id}/test`), { onDone: tellTest });
  const button = { role: 'admin', size: 'xs', variant: 'default' } as const;
  const columns: readonly Column<Channel>[] = [
    {
      key: 'name',
      header: texts.name,
      cell: ({ name }) => (
        <Text size="sm" fw={600}>
          {name}
        </Text>
      ),
    },
    { key: 'kind', header: texts.kind, cell: ({ kind }) => texts.kinds[kind] },
    {
      key: 'where',
      header: texts.where,
      cell: (channel) => (
        <span className="breaks">
          {channel.kind === 'email' ? channel.settings.to.join(', ') : channel.settings.host}
        </span>
      ),
    },
    {
      key: 'events',
      header: texts.events,
      cell: ({ events }) => (events === null ? texts.allEvents : texts.chosenEvents(events.length)),
    },
    {
      key: 'state',
      header: texts.state,
      cell: ({ enabled }) =>
        enabled ? <Tag colour="teal" text={texts.enabled} /> : <Tag colour="gray" text={texts.disabled} />,
    },
    {
      key: 'acts',
      header: texts.edit,
      quiet: true,
      cell: (channel) => (
        <Group gap="xs">
          <MayButton
            {...button}
            aria-label={texts.testOf(channel.name)}
            loading={test.isPending && test.variables === channel.id}
            onClick={() => test.mutate(channel.id)}
          >
            {texts.test}
          </MayButton>
          <MayButton {...button} aria-label={texts.editOf(channel.name)} onClick={() => onEdit(channel)}>
            {texts.edit}
          </MayButton>
          <MayButton
            {...button}
            aria-label={texts.removeOf(channel.name)}
            onClick={() => setRemoving(channel)}
          >
            {texts.remove}
          </MayButton>
        </Group>
      ),
    },
  ];
  return (
    <>
      <Listing caption={texts.lead} rows={channels} rowKey={({ id }) => id} columns={columns} />
      <Confirm
        opened={removing !== undefined}
        title={texts.removeTitle(removing?.name ?? '')}
        text={texts.removeText}
        action={texts.remove}
        danger
        busy={drop.isPending}
        onClose={() => setRemoving(undefined)}
        onConfirm={() => {
          if (removing !== undefined) drop.mutate(removing.id);
        }}
      />
    </>
  );
}

function tellTest({ sent, detail }: TestResult): void {
  notifications.show({
    color: sent ? 'teal' : 'red',
    title: sent ? texts.testSent : texts.testFailed,
    message: detail,
    autoClose: sent ? 6_000 : 15_000,
    withBorder: true,
  });
}
