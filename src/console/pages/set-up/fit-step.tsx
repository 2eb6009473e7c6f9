import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../api/act.ts';
import { get, post } from '../../api/client.ts';
import { useWatchedRun } from '../../api/run-watch.ts';
import type { Page, Run } from '../../api/types.ts';
import { Problem } from '../../components/problem.tsx';
import { Loaded } from '../../components/states.tsx';
import { common } from '../../texts/common.ts';
import { setUp as texts } from '../../texts/set-up.ts';
import { Live } from '../runs/live.tsx';
import { Part } from '../settings/part.tsx';
import { FitReport } from './fit-report.tsx';

interface FitStepProps {
  readonly connection: string;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** A dry run of everything, and what it says about the first load. */
export function FitStep({ connection, onBack, onNext }: FitStepProps) {
  const key = ['set-up', connection, 'plan'];
  const newest = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const { items } = await get<Page<Run>>('/runs', { connection, kind: 'plan', limit: 1 }, signal);
      return items[0] ?? null;
    },
  });
  const start = useAct(() => post<Run>('/runs', { connection, kind: 'plan' }), {
    showsError: true,
    refresh: [key, ['overview']],
  });
  return (
    <Stack maw={980}>
      <Part title={texts.fitTitle}>
        <Text size="sm" maw={720}>
          {texts.fitText}
        </Text>
        <Button
          w="fit-content"
          variant={newest.data == null ? 'filled' : 'default'}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {newest.data == null ? texts.fitStart : texts.fitAgain}
        </Button>
        {start.isError && <Problem error={start.error} />}
        <Loaded query={newest}>
          {(run) => (run === null ? null : <Watched key={run.id} id={run.id} connection={connection} />)}
        </Loaded>
      </Part>
      <Group>
        <Button variant="default" onClick={onBack}>
          {common.back}
        </Button>
        <Button onClick={onNext}>{texts.next}</Button>
      </Group>
    </Stack>
  );
}

function Watched({ id, connection }: { readonly id: string; readonly connection: string }) {
  const { query } = useWatchedRun(id);
  return (
    <Loaded query={query}>
      {(run) => {
        if (run.endedAt === null) return <Live run={run} connection={connection} />;
        if (run.plan !== null && run.state === 'succeeded')
          return <FitReport run={run} plan={run.plan} connection={connection} />;
        return <NotEnded run={run} />;
      }}
    </Loaded>
  );
}

function NotEnded({ run }: { readonly run: Run }) {
  return (
    <Stack gap={4} role="alert">
      <Text fw={600}>{texts.fitFailed}</Text>
      {run.fault !== null && (
        <>
          <Text size="sm">{run.fault.text}</Text>
          <Text size="sm">{run.fault.hint}</Text>
        </>
      )}
    </Stack>
  );
}
