import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useState,
} from 'react';
import { ApiError, post } from '../api/client.ts';
import { meQuery } from '../api/session.ts';
import { common } from '../texts/common.ts';
import { reauthentication as texts } from '../texts/reauthentication.ts';
import { Problem } from './problem.tsx';

type Confirm = <T>(act: () => Promise<T>) => Promise<T>;

const IdentityContext = createContext<Confirm>((act) => act());

/** Does an act; where the server wants to know first who asks, the person says so in a dialog and the act is repeated. */
export const useConfirmedIdentity = (): Confirm => useContext(IdentityContext);

const ASKED_FOR: ReadonlySet<string> = new Set(['access.reauthentication_needed']);

interface Question {
  readonly confirmed: () => void;
  readonly givenUp: () => void;
}

/** Holds the dialog that asks for the password again. Stands once, around all pages. */
export function Reauthentication({ children }: { readonly children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const ask = useCallback(
    (refusal: unknown) =>
      new Promise<void>((confirmed, refused) => {
        setQuestion({ confirmed, givenUp: () => refused(refusal) });
      }),
    [],
  );
  const confirm = useMemo<Confirm>(
    () => async (act) => {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof ApiError && ASKED_FOR.has(error.problem.code))) throw error;
        await ask(error);
        return act();
      }
    },
    [ask],
  );
  const close = (how: keyof Question): void => {
    question?.[how]();
    setQuestion(undefined);
  };
  return (
    <IdentityContext.Provider value={confirm}>
      {children}
      <Modal
        opened={question !== undefined}
        onClose={() => close('givenUp')}
        title={texts.title}
        zIndex={400}
        closeButtonProps={{ 'aria-label': common.close }}
      >
        <Ways onConfirmed={() => close('confirmed')} onGivenUp={() => close('givenUp')} />
      </Modal>
    </IdentityContext.Provider>
  );
}

interface WaysProps {
  readonly onConfirmed: () => void;
  readonly onGivenUp: () => void;
}

function Ways({ onConfirmed, onGivenUp }: WaysProps) {
  const { data: me } = useQuery(meQuery);
  if (me?.user?.hasPassword === false) return <AtProvider onGivenUp={onGivenUp} />;
  return <ByPassword onConfirmed={onConfirmed} onGivenUp={onGivenUp} />;
}

function ByPassword({ onConfirmed, onGivenUp }: WaysProps) {
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // The dialog lies inside another form where a form was sent.
    event.stopPropagation();
    setBusy(true);
    setError(undefined);
    try {
      await post('/me/reauthenticate', { password });
      onConfirmed();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack>
        <Text size="sm">{texts.text}</Text>
        <PasswordInput
          label={texts.password}
          required
          data-autofocus
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error !== undefined && <Problem error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onGivenUp}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {texts.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody who signs in at an OpenID provider proves it there; the act is done again after coming back. */
function AtProvider({ onGivenUp }: Pick<WaysProps, 'onGivenUp'>) {
  const [error, setError] = useState<unknown>();
  const go = async (): Promise<void> => {
    try {
      const returnTo = `${location.pathname}${location.search}`;
      const { url } = await post<{ readonly url: string }>('/auth/oidc/reauthenticate', { returnTo });
      location.assign(url);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Stack>
      <Text size="sm">{texts.atProvider}</Text>
      {error !== undefined && <Problem error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onGivenUp}>
          {common.cancel}
        </Button>
        <Button onClick={() => void go()}>{texts.goToProvider}</Button>
      </Group>
    </Stack>
  );
}
