import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { call, post, remove } from '../../api/client.ts';
import type { Temporary, User } from '../../api/people.ts';
import type { Role } from '../../api/types.ts';
import { Confirm } from '../../components/confirm.tsx';
import { users as texts } from '../../texts/people.ts';
import { RoleChoice } from './new-user.tsx';

interface UserActsProps {
  readonly user: User;
  readonly isMe: boolean;
  readonly onHanded: (made: Temporary) => void;
}

type Asked = 'role' | 'disable' | 'reset' | 'totp' | 'remove' | undefined;

/** What an admin can do about a user. Each act says what follows from it. */
export function UserActs({ user, isMe, onHanded }: UserActsProps) {
  const [asked, ask] = useState<Asked>();
  // A long list of people does not carry a dialog for each act of each.
  const [wasAsked, setWasAsked] = useState(false);
  const setAsked = (which: Asked): void => {
    if (which !== undefined) setWasAsked(true);
    ask(which);
  };
  const [role, setRole] = useState<Role>(user.role);
  const path = `/users/${user.id}`;
  const done = { told: texts.done, onDone: () => setAsked(undefined) };
  const change = useAct(
    (body: { readonly role?: Role; readonly disabled?: boolean }) => call<User>('PATCH', path, { body }),
    done,
  );
  const totp = useAct(() => post(`${path}/totp-reset`), done);
  const signOut = useAct(() => post(`${path}/sign-out`), done);
  const drop = useAct(() => remove(path), done);
  const reset = useAct(() => post<Temporary>(`${path}/password-reset`), {
    onDone: (made) => {
      setAsked(undefined);
      onHanded(made);
    },
  });
  const close = (): void => setAsked(undefined);
  const dialog = (which: Asked) => ({ opened: asked === which, onClose: close });
  const isLocal = user.origin === 'local';
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            aria-label={texts.actsOf(user.name)}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            {texts.acts}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {isLocal && <Menu.Item onClick={() => setAsked('role')}>{texts.changeRole}</Menu.Item>}
          {isLocal && <Menu.Item onClick={() => setAsked('reset')}>{texts.reset}</Menu.Item>}
          {user.totpEnabled && <Menu.Item onClick={() => setAsked('totp')}>{texts.totp}</Menu.Item>}
          <Menu.Item onClick={() => signOut.mutate()}>{texts.signOut}</Menu.Item>
          {user.disabled ? (
            <Menu.Item onClick={() => change.mutate({ disabled: false })}>{texts.enable}</Menu.Item>
          ) : (
            !isMe && <Menu.Item onClick={() => setAsked('disable')}>{texts.disable}</Menu.Item>
          )}
          {!isMe && (
            <Menu.Item color="red" onClick={() => setAsked('remove')}>
              {texts.remove}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {wasAsked && (
        <>
          <Confirm
            {...dialog('role')}
            title={texts.roleTitle(user.name)}
            text={texts.roleText}
            action={texts.roleSave}
            busy={change.isPending}
            onConfirm={() => change.mutate({ role })}
          >
            <RoleChoice role={role} onChange={setRole} />
          </Confirm>
          <Confirm
            {...dialog('disable')}
            title={texts.disableTitle(user.name)}
            text={texts.disableText}
            action={texts.disable}
            danger
            busy={change.isPending}
            onConfirm={() => change.mutate({ disabled: true })}
          />
          <Confirm
            {...dialog('reset')}
            title={texts.resetTitle(user.name)}
            text={texts.resetText}
            action={texts.resetDo}
            busy={reset.isPending}
            onConfirm={() => reset.mutate()}
          />
          <Confirm
            {...dialog('totp')}
            title={texts.totpTitle(user.name)}
            text={texts.totpText}
            action={texts.totpDo}
            danger
            busy={totp.isPending}
            onConfirm={() => totp.mutate()}
          />
          <Confirm
            {...dialog('remove')}
            title={texts.removeTitle(user.name)}
            text={texts.removeText}
            action={texts.removeDo}
            danger
            busy={drop.isPending}
            onConfirm={() => drop.mutate()}
          />
        </>
      )}
    </>
  );
}
