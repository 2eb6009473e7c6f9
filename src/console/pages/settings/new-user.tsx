import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import type { Temporary } from '../../api/people.ts';
import type { Role } from '../../api/types.ts';
import { Problem } from '../../components/problem.tsx';
import { common } from '../../texts/common.ts';
import { roles, users as texts } from '../../texts/people.ts';

export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

interface NewUserProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onHanded: (made: Temporary) => void;
}

/** Makes a user; the password to hand over is shown once. */
export function NewUser({ opened, onClose, onHanded }: NewUserProps) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const make = useAct(() => post<Temporary>('/users', { name: name.trim(), role }), {
    showsError: true,
    onDone: (made) => {
      setName('');
      onClose();
      onHanded(made);
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={texts.addTitle}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={texts.name}
            required
            autoComplete="off"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <RoleChoice role={role} onChange={setRole} />
          {make.isError && <Problem error={make.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {texts.add}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface RoleChoiceProps {
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}

/** The roles, each with what it allows. */
export function RoleChoice({ role, onChange }: RoleChoiceProps) {
  return (
    <Radio.Group
      label={texts.role}
      value={role}
      onChange={(chosen) => onChange(ROLES.find((each) => each === chosen) ?? role)}
    >
      <Stack gap="xs" mt={4}>
        {ROLES.map((each) => (
          <Radio key={each} value={each} label={roles[each]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
