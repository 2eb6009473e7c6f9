import { Button, Group, Modal, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import type { Token, TokenRole } from '../../api/people.ts';
import { connectionsQuery, useMay } from '../../api/session.ts';
import { Problem } from '../../components/problem.tsx';
import { common } from '../../texts/common.ts';
import { roles, tokens as texts } from '../../texts/people.ts';

interface NewTokenProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onMade: (name: string, token: string) => void;
}

const DAYS_DEFAULT = 90;
const DAYS_MAX = 365;

/** Makes a token; it is shown once. */
export function NewToken({ opened, onClose, onMade }: NewTokenProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={texts.addTitle}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <TokenForm onClose={onClose} onMade={onMade} />
    </Modal>
  );
}

function TokenForm({ onClose, onMade }: Omit<NewTokenProps, 'opened'>) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<TokenRole>('viewer');
  const [expiresInDays, setDays] = useState(DAYS_DEFAULT);
  const [connection, setConnection] = useState('');
  const { data: connections } = useQuery(connectionsQuery);
  const available = useOwnRoles();
  const make = useAct(
    () =>
      post<{ readonly token: string; readonly details: Token }>('/tokens', {
        name: name.trim(),
        role,
        expiresInDays,
        ...(connection === '' ? {} : { connection }),
      }),
    {
      showsError: true,
      onDone: ({ token, details }) => {
        onClose();
        onMade(details.name, token);
      },
    },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={texts.role}
          value={role}
          data={available.map((each) => ({ value: each, label: roles[each] }))}
          onChange={(event) => setRole(available.find((each) => each === event.currentTarget.value) ?? role)}
        />
        <NativeSelect
          label={texts.connection}
          value={connection}
          data={[
            { value: '', label: texts.allConnections },
            ...(connections?.items.map((each) => ({ value: each.name, label: each.name })) ?? []),
          ]}
          onChange={(event) => setConnection(event.currentTarget.value)}
        />
        <NumberInput
          label={texts.days}
          min={1}
          max={DAYS_MAX}
          allowDecimal={false}
          value={expiresInDays}
          onChange={(days) => {
            if (typeof days === 'number') setDays(days);
          }}
        />
        {make.isError && <Problem error={make.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {texts.make}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A token can do no more than the person who makes it. */
function useOwnRoles(): readonly TokenRole[] {
  const isOperator = useMay('operator');
  const isAdmin = useMay('admin');
  if (isAdmin) return ['viewer', 'trigger', 'operator', 'admin'];
  return isOperator ? ['viewer', 'trigger', 'operator'] : ['viewer'];
}
