import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { remove } from '../../api/client.ts';
import { type Session, sessionsQuery } from '../../api/people.ts';
import { Tag } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { Loaded } from '../../components/states.tsx';
import { you as texts } from '../../texts/people.ts';
import { Part } from './part.tsx';

/** Where this person is signed in; each session can be ended. */
export function OwnSessions() {
  const sessions = useQuery(sessionsQuery);
  const [asked, setAsked] = useState(false);
  const end = useAct((id: string) => remove(`/me/sessions/${id}`), { told: texts.ended });
  // Afterwards every answer is that nobody is signed in, and the page asks for the password.
  const endAll = useAct(() => remove('/me/sessions'), { onDone: () => location.assign('/') });
  return (
    <Part title={texts.sessionsTitle}>
      <Loaded query={sessions}>
        {({ items }) => (
          <Listing
            caption={texts.sessionsTitle}
            rows={items}
            rowKey={({ id }) => id}
            columns={columnsOf((id) => end.mutate(id))}
          />
        )}
      </Loaded>
      <Button variant="default" w="fit-content" onClick={() => setAsked(true)}>
        {texts.endAll}
      </Button>
      <Confirm
        opened={asked}
        title={texts.endAllTitle}
        text={texts.endAllText}
        action={texts.endAll}
        busy={endAll.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => endAll.mutate()}
      />
    </Part>
  );
}

function columnsOf(end: (id: string) => void): readonly Column<Session>[] {
  return [
    {
      key: 'agent',
      header: texts.agent,
      cell: ({ agent, current }) => (
        <Group gap="xs">
          <Text size="sm" title={agent}>
            {browserOf(agent)}
          </Text>
          {current && <Tag colour="teal" text={texts.thisOne} />}
        </Group>
      ),
    },
    { key: 'address', header: texts.address, cell: ({ address }) => address },
    { key: 'seen', header: texts.seen, cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} ago /> },
    { key: 'since', header: texts.since, cell: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      key: 'end',
      header: texts.end,
      quiet: true,
      cell: ({ id, agent, current }) =>
        current ? (
          ''
        ) : (
          <Button
            size="xs"
            variant="default"
            aria-label={texts.endOf(browserOf(agent))}
            onClick={() => end(id)}
          >
            {texts.end}
          </Button>
        ),
    },
  ];
}

/** What people call the program and the machine; the whole text stands in the title. */
function browserOf(agent: string): string {
  const [, program] = /(Edg|OPR|Firefox|Chrome|Safari)\/\d/.exec(agent) ?? [];
  const [, machine] = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(agent) ?? [];
  if (program === undefined) return agent === '' ? texts.unknownAgent : agent.slice(0, 40);
  const name = { Edg: 'Edge', OPR: 'Opera' }[program] ?? program;
  return machine === undefined ? name : `${name}, ${machine.replace('Mac OS X', 'macOS')}`;
}
