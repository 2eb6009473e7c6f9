import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { remove } from '../../api/client.ts';
import { type Token, tokensQuery } from '../../api/people.ts';
import { connectionsQuery, useMay } from '../../api/session.ts';
import { Tag } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { roleNames, tokens as texts } from '../../texts/people.ts';
import { NewToken } from './new-token.tsx';

interface Made {
  readonly name: string;
  readonly token: string;
}

/** What programs call the API with. */
export function Tokens() {
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made>();
  const [revoking, setRevoking] = useState<Token>();
  const isAdmin = useMay('admin');
  const tokens = useQuery(tokensQuery(all));
  const { data: connections } = useQuery(connectionsQuery);
  const nameOf = (id: string): string => connections?.items.find((each) => each.id === id)?.name ?? id;
  const revoke = useAct((id: string) => remove(`/tokens/${id}`), {
    told: texts.revokedDone,
    onDone: () => setRevoking(undefined),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" maw={720}>
          {texts.lead}
        </Text>
        <Button onClick={() => setAdding(true)}>{texts.add}</Button>
      </Group>
      {isAdmin && (
        <Switch
          label={texts.showAll}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      <Loaded query={tokens}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={texts.none} text={texts.noneText} />
          ) : (
            <Listing
              caption={texts.lead}
              rows={items}
              rowKey={({ id }) => id}
              columns={columnsOf(nameOf, setRevoking, Date.now())}
            />
          )
        }
      </Loaded>
      <NewToken
        opened={adding}
        onClose={() => setAdding(false)}
        onMade={(name, token) => setMade({ name, token })}
      />
      <ShownOnce
        title={texts.madeTitle(made?.name ?? '')}
        text={texts.madeText}
        value={made?.token}
        onClose={() => setMade(undefined)}
      />
      <Confirm
        opened={revoking !== undefined}
        title={texts.revokeTitle(revoking?.name ?? '')}
        text={texts.revokeText}
        action={texts.revoke}
        danger
        busy={revoke.isPending}
        onClose={() => setRevoking(undefined)}
        onConfirm={() => {
          if (revoking !== undefined) revoke.mutate(revoking.id);
        }}
      />
    </Stack>
  );
}

function columnsOf(
  nameOf: (connectionId: string) => string,
  revoke: (token: Token) => void,
  nowMs: number,
): readonly Column<Token>[] {
  const isActive = ({ revokedAt, expiresAt }: Token): boolean =>
    revokedAt === null && Date.parse(expiresAt) > nowMs;
  return [
    {
      key: 'name',
      header: texts.name,
      cell: ({ name }) => (
        <Text size="sm" fw={600}>
          {name}
        </Text>
      ),
    },
    { key: 'role', header: texts.role, cell: ({ role }) => roleNames[role] },
    {
      key: 'connection',
      header: texts.connection,
      cell: ({ connectionId }) => (connectionId === null ? texts.allConnections : nameOf(connectionId)),
    },
    { key: 'madeBy', header: texts.madeBy, cell: ({ madeBy }) => madeBy },
    {
      key: 'used',
      header: texts.used,
      cell: ({ lastUsedAt, lastUsedFrom }) => (
        <>
          <Moment at={lastUsedAt} ago />
          {lastUsedFrom !== null && (
            <Text size="xs" c="dimmed">
              {texts.usedFrom(lastUsedFrom)}
            </Text>
          )}
        </>
      ),
    },
    { key: 'expires', header: texts.expires, cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
    {
      key: 'state',
      header: texts.state,
      cell: (token) => {
        if (token.revokedAt !== null) return <Tag colour="gray" text={texts.revoked} />;
        return isActive(token) ? (
          <Tag colour="teal" text={texts.active} />
        ) : (
          <Tag colour="gray" text={texts.expired} />
        );
      },
    },
    {
      key: 'revoke',
      header: texts.revoke,
      quiet: true,
      cell: (token) =>
        isActive(token) ? (
          <Button
            size="xs"
            variant="default"
            aria-label={texts.revokeOf(token.name)}
            onClick={() => revoke(token)}
          >
            {texts.revoke}
          </Button>
        ) : (
          ''
        ),
    },
  ];
}
