import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Temporary, type User, usersQuery } from '../../api/people.ts';
import { meQuery, useMay } from '../../api/session.ts';
import { Tag } from '../../components/badges.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MayButton, useMissingRole } from '../../components/may-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { roleNames, users as texts } from '../../texts/people.ts';
import { NewUser } from './new-user.tsx';
import { UserActs } from './user-acts.tsx';

/** People who may use the service. */
export function Users() {
  const isAdmin = useMay('admin');
  const missing = useMissingRole('admin');
  const users = useQuery({ ...usersQuery, enabled: isAdmin });
  const { data: me } = useQuery(meQuery);
  const [adding, setAdding] = useState(false);
  const [handed, setHanded] = useState<Temporary>();
  if (!isAdmin) return <Empty title={texts.adminOnly} text={missing ?? ''} />;
  const columns: readonly Column<User>[] = [
    {
      key: 'name',
      header: texts.name,
      cell: ({ name }) => (
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {name === me?.name && (
            <Text size="xs" c="dimmed">
              ({texts.you})
            </Text>
          )}
        </Group>
      ),
    },
    { key: 'role', header: texts.role, cell: ({ role }) => roleNames[role] },
    { key: 'state', header: texts.state, cell: (user) => <State user={user} /> },
    {
      key: 'second',
      header: texts.second,
      cell: ({ totpEnabled, origin }) => {
        if (origin === 'oidc') return texts.atProvider;
        return totpEnabled ? texts.on : texts.off;
      },
    },
    {
      key: 'lastSeen',
      header: texts.lastSeen,
      cell: ({ lastSignInAt }) => <Moment at={lastSignInAt} ago />,
    },
    {
      key: 'acts',
      header: texts.acts,
      quiet: true,
      cell: (user) => <UserActs user={user} isMe={user.name === me?.name} onHanded={setHanded} />,
    },
  ];
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" maw={720}>
          {texts.lead}
        </Text>
        <MayButton role="admin" onClick={() => setAdding(true)}>
          {texts.add}
        </MayButton>
      </Group>
      <Loaded query={users}>
        {(list) => <Listing caption={texts.lead} rows={list} rowKey={({ id }) => id} columns={columns} />}
      </Loaded>
      <NewUser opened={adding} onClose={() => setAdding(false)} onHanded={setHanded} />
      <ShownOnce
        title={texts.temporary(handed?.user.name ?? '')}
        text={texts.temporaryText}
        value={handed?.temporaryPassword}
        onClose={() => setHanded(undefined)}
      >
        {handed !== undefined && (
          <Text size="sm" c="dimmed">
            {texts.temporaryUntil} <Moment at={handed.temporaryPasswordExpiresAt} />
          </Text>
        )}
      </ShownOnce>
    </Stack>
  );
}

function State({ user: { disabled, mustChangePassword } }: { readonly user: User }) {
  if (disabled) return <Tag colour="red" text={texts.disabled} />;
  if (mustChangePassword) return <Tag colour="orange" text={texts.mustChange} />;
  return <Tag colour="teal" text={texts.active} />;
}
