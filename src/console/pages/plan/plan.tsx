import { Alert, Stack, Text } from '@mantine/core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { connectionOverviewQuery } from '../../api/overview.ts';
import { runQuery } from '../../api/run-watch.ts';
import type { PlanSummary, Run } from '../../api/types.ts';
import { GoButton } from '../../components/go.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { planTexts as texts } from '../../texts/plan.ts';
import { whoWords } from '../../texts/who.ts';
import { RunFault } from '../runs/fault.tsx';
import { Changes } from './changes.tsx';
import { Figures } from './figures.tsx';
import { RunItNow } from './run-it-now.tsx';

const route = getRouteApi('/c/$connection/plan');

/** Every change before it happens. */
export function Plan() {
  const { connection } = route.useParams();
  const { run: named } = route.useSearch();
  const overview = useQuery(connectionOverviewQuery(connection));
  if (overview.data === undefined) return <NotThere query={overview} />;
  const { lastRuns, openRun } = overview.data;
  const id = named ?? lastRuns.plan?.id;
  if (openRun?.kind === 'plan' && named === undefined)
    return <AtWork connection={connection} run={openRun} />;
  if (id === undefined) return <None connection={connection} />;
  return <Chosen connection={connection} id={id} lastSyncAt={lastRuns.sync?.endedAt ?? null} />;
}

interface ChosenProps {
  readonly connection: string;
  readonly id: string;
  readonly lastSyncAt: string | null;
}

function Chosen({ connection, id, lastSyncAt }: ChosenProps) {
  const query = useQuery(runQuery(id));
  const run = query.data;
  if (run === undefined) return <NotThere query={query} />;
  if (run.plan === null) return <Failed connection={connection} run={run} />;
  const isOutdated = lastSyncAt !== null && lastSyncAt > (run.endedAt ?? run.queuedAt);
  return <Shown connection={connection} run={run} plan={run.plan} isOutdated={isOutdated} />;
}

/** Under way, or not to be had. */
function NotThere({ query }: { readonly query: UseQueryResult<unknown> }) {
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

interface ShownProps {
  readonly connection: string;
  readonly run: Run;
  readonly plan: PlanSummary;
  readonly isOutdated: boolean;
}

function Shown({ connection, run, plan, isOutdated }: ShownProps) {
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <>
          <RunItNow connection={connection} plan={plan} />
          <StartRun connection={connection} wish={{ kind: 'plan' }} variant="default">
            {texts.makeNew}
          </StartRun>
        </>
      }
    >
      <Stack gap="xl">
        <Text size="sm">
          {texts.made} <Moment at={run.endedAt ?? run.queuedAt} /> · {whoWords(run.requestedBy)}
        </Text>
        {isOutdated && (
          <Alert color="orange" role="status">
            {texts.outdated}
          </Alert>
        )}
        <Figures plan={plan} />
        <Changes key={run.id} connection={connection} run={run} plan={plan} />
      </Stack>
    </Page>
  );
}

function None({ connection }: { readonly connection: string }) {
  return (
    <Page title={texts.title}>
      <Empty title={texts.emptyTitle} text={texts.emptyText}>
        <StartRun connection={connection} wish={{ kind: 'plan' }}>
          {texts.make}
        </StartRun>
      </Empty>
    </Page>
  );
}

interface RunProps {
  readonly connection: string;
  readonly run: Run;
}

function AtWork({ connection, run }: RunProps) {
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Empty title={texts.atWork} text={texts.emptyText}>
        <GoButton to="/c/$connection/runs/$run" params={{ connection, run: run.id }}>
          {texts.watch}
        </GoButton>
      </Empty>
    </Page>
  );
}

function Failed({ connection, run }: RunProps) {
  return (
    <Page
      title={texts.title}
      lead={texts.failed}
      actions={
        <StartRun connection={connection} wish={{ kind: 'plan' }}>
          {texts.makeNew}
        </StartRun>
      }
    >
      <RunFault run={run} />
    </Page>
  );
}
