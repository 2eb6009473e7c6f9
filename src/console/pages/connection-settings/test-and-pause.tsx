import { Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post, remove } from '../../api/client.ts';
import type { Connection } from '../../api/types.ts';
import { Confirm } from '../../components/confirm.tsx';
import { ConnectionTest } from '../../components/connection-test.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { connectionTest, pause as texts } from '../../texts/settings.ts';
import { Part } from '../settings/part.tsx';

/** Whether the connection works, whether it rests, and the end of it. */
export function TestAndPause({ connection }: { readonly connection: Connection }) {
  return (
    <Stack>
      <Part title={connectionTest.title}>
        <Text size="sm" maw={720}>
          {connectionTest.text}
        </Text>
        <ConnectionTest connection={connection.name} />
      </Part>
      <Pause connection={connection} />
      <Removal connection={connection} />
    </Stack>
  );
}

function Pause({ connection }: { readonly connection: Connection }) {
  const [asked, setAsked] = useState(false);
  const { name, pausedAt, pausedBy } = connection;
  const act = useAct((which: 'pause' | 'resume') => post(`/connections/${name}/${which}`), {
    told: (_, which) => (which === 'pause' ? texts.isPaused : texts.isResumed),
    onDone: () => setAsked(false),
  });
  const isPaused = pausedAt !== null;
  const who = pausedBy?.replace(/^user:/, '') ?? '';
  return (
    <Part title={texts.title}>
      <Text size="sm" maw={720}>
        {isPaused ? texts.paused(who) : texts.running}
      </Text>
      <MayButton
        role="operator"
        w="fit-content"
        variant={isPaused ? 'filled' : 'default'}
        loading={act.isPending}
        onClick={() => (isPaused ? act.mutate('resume') : setAsked(true))}
      >
        {isPaused ? texts.resume : texts.pause}
      </MayButton>
      <Confirm
        opened={asked}
        title={texts.pauseTitle}
        text={texts.pauseText}
        action={texts.pause}
        busy={act.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => act.mutate('pause')}
      />
    </Part>
  );
}

function Removal({ connection: { name, origin } }: { readonly connection: Connection }) {
  const [asked, setAsked] = useState(false);
  const navigate = useNavigate();
  const drop = useAct(() => remove(`/connections/${name}`), {
    told: texts.removed,
    onDone: () => void navigate({ to: '/' }),
  });
  return (
    <Part title={texts.removeTitle}>
      <Text size="sm" maw={720}>
        {texts.removeText}
      </Text>
      <MayButton
        role="admin"
        w="fit-content"
        color="red"
        variant="light"
        refusal={origin === 'file' ? texts.inFile : undefined}
        onClick={() => setAsked(true)}
      >
        {texts.remove}
      </MayButton>
      <Confirm
        opened={asked}
        title={texts.removeQuestion(name)}
        text={texts.removeWhat}
        action={texts.remove}
        danger
        busy={drop.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => drop.mutate()}
      />
    </Part>
  );
}
