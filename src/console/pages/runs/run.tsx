import { Alert, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { post } from '../../api/client.ts';
import { runQuery, useWatchedRun } from '../../api/run-watch.ts';
import type { Run } from '../../api/types.ts';
import { StateBadge } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { GoButton } from '../../components/go.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { StartRun, tellProblem } from '../../components/start-run.tsx';
import { Loaded } from '../../components/states.tsx';
import { runs as texts } from '../../texts/runs.ts';
import { whoWords } from '../../texts/who.ts';
import { Balance } from './balance.tsx';
import { RunFault } from './fault.tsx';
import { Live } from './live.tsx';
import { Outcomes } from './outcomes.tsx';

const route = getRouteApi('/c/$connection/runs/$run');

/** One run: live while it is at work, its result afterwards. */
export function RunPage() {
  const { run: id } = route.useParams();
  const { query, isBroken } = useWatchedRun(id);
  if (query.data === undefined)
    return (
      <Page title={texts.run}>
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    );
  return <Shown run={query.data} isBroken={isBroken} />;
}

function Shown({ run, isBroken }: { readonly run: Run; readonly isBroken: boolean }) {
  const { connection } = route.useParams();
  useFreshListsAtEnd(run);
  const writes = run.kind === 'sync' || run.kind === 'backfill';
  return (
    <Page title={texts.kinds[run.kind]} actions={<Actions run={run} connection={connection} />}>
      <Head run={run} />
      {isBroken && (
        <Alert color="orange" role="status">
          {texts.connectionLost}
        </Alert>
      )}
      <RunFault run={run} />
      {run.endedAt === null && <Live run={run} connection={connection} />}
      <Stack gap="xl">
        {Object.keys(run.flows).length > 0 && run.kind !== 'reconcile' && <Balance run={run} />}
        {run.reconcile !== null && <Text>{run.reconcile.sentence}</Text>}
        {writes && <Outcomes run={run} connection={connection} />}
      </Stack>
    </Page>
  );
}

function Head({ run }: { readonly run: Run }) {
  return (
    <Group gap="sm">
      <StateBadge state={run.state} />
      <Text size="sm">
        <Moment at={run.startedAt ?? run.queuedAt} />
        {run.seconds === null ? '' : ` · ${texts.seconds(run.seconds)}`}
        {` · ${texts.by.toLowerCase()} ${whoWords(run.requestedBy)}`}
        {` · ${texts.callsText(run.calls.jde, run.calls.cin7)}`}
        {run.refusals > 0 ? ` · ${texts.refusals(run.refusals)}` : ''}
      </Text>
    </Group>
  );
}

function Actions({ run, connection }: { readonly run: Run; readonly connection: string }) {
  if (run.endedAt === null) return <Stop run={run} />;
  return (
    <>
      {run.plan !== null && (
        <GoButton to="/c/$connection/plan" params={{ connection }} search={{ run: run.id }}>
          {texts.seePlan}
        </GoButton>
      )}
      {run.reconcile !== null && (
        <GoButton to="/c/$connection/reconcile" params={{ connection }} search={{ run: run.id }}>
          {texts.seeReport}
        </GoButton>
      )}
      <StartRun connection={connection} wish={{ ...run.wish, kind: run.kind }} variant="default">
        {texts.again}
      </StartRun>
      {run.kind !== 'plan' && (
        <StartRun connection={connection} wish={{ kind: 'plan' }} variant="default">
          {texts.plan}
        </StartRun>
      )}
    </>
  );
}

function Stop({ run }: { readonly run: Run }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const stop = useMutation({
    mutationFn: () => post<Run>(`/runs/${encodeURIComponent(run.id)}/stop`),
    onSuccess: (stopped) => queries.setQueryData(runQuery(run.id).queryKey, stopped),
    onError: tellProblem,
    onSettled: () => setAsked(false),
  });
  return (
    <>
      <MayButton
        role="operator"
        color="red"
        variant="light"
        refusal={run.stopAskedBy === null ? undefined : texts.stopping(run.stopAskedBy)}
        onClick={() => setAsked(true)}
      >
        {texts.stop}
      </MayButton>
      <Confirm
        opened={asked}
        title={texts.stopQuestion}
        text={texts.stopText}
        action={texts.stop}
        busy={stop.isPending}
        danger
        onConfirm={() => stop.mutate()}
        onClose={() => setAsked(false)}
      />
    </>
  );
}

/** What other pages showed while the run was at work is old when it has ended. */
function useFreshListsAtEnd({ endedAt }: Run): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (endedAt === null) return;
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'run' });
  }, [endedAt, queries]);
}
