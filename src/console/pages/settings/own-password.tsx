import { Button, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import { Problem } from '../../components/problem.tsx';
import { you as texts } from '../../texts/people.ts';

export function OwnPassword() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useAct(() => post('/me/password', { current, next }), {
    told: texts.changed,
    showsError: true,
    onDone: () => {
      setCurrent('');
      setNext('');
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack maw={420}>
        <PasswordInput
          label={texts.current}
          required
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label={texts.next}
          description={texts.nextHint}
          required
          autoComplete="new-password"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        {change.isError && <Problem error={change.error} />}
        <Button type="submit" w="fit-content" loading={change.isPending}>
          {texts.change}
        </Button>
      </Stack>
    </form>
  );
}
