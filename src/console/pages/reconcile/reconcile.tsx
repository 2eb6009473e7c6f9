import { Alert, Select, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import { connectionOverviewQuery } from '../../api/overview.ts';
import { runQuery } from '../../api/run-watch.ts';
import type { Page as PageOf, ReconcileSummary, Run } from '../../api/types.ts';
import { GoButton } from '../../components/go.tsx';
import { Page } from '../../components/page.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { reconcile as texts } from '../../texts/reconcile.ts';
import { RunFault } from '../runs/fault.tsx';
import { Classes } from './class-table.tsx';
import { Findings } from './findings.tsx';
import { Sides } from './sides.tsx';

const route = getRouteApi('/c/$connection/reconcile');
const REPORTS_MAX = 20;
const written = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Whether both sides agree, and what differs. */
export function Reconcile() {
  const { connection } = route.useParams();
  const { run: named } = route.useSearch();
  const overview = useQuery(connectionOverviewQuery(connection));
  return (
    <Page title={texts.title} lead={texts.lead} actions={<Actions connection={connection} />}>
      <Text size="sm" c="dimmed" maw={720}>
        {texts.deepHint}
      </Text>
      <Loaded query={overview}>
        {({ lastRuns, openRun }) => {
          const id = named ?? lastRuns.reconcile?.id;
          return (
            <Stack gap="xl">
              {openRun?.kind === 'reconcile' && <AtWork connection={connection} id={openRun.id} />}
              {id === undefined ? (
                openRun?.kind !== 'reconcile' && <Empty title={texts.emptyTitle} text={texts.emptyText} />
              ) : (
                <Chosen connection={connection} id={id} />
              )}
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Actions({ connection }: { readonly connection: string }) {
  return (
    <>
      <StartRun connection={connection} wish={{ kind: 'reconcile' }}>
        {texts.start}
      </StartRun>
      <StartRun connection={connection} wish={{ kind: 'reconcile', deep: true }} variant="default">
        {texts.startDeep}
      </StartRun>
    </>
  );
}

function AtWork({ connection, id }: { readonly connection: string; readonly id: string }) {
  return (
    <Alert color="cyan" title={texts.atWork} role="status">
      <GoButton to="/c/$connection/runs/$run" params={{ connection, run: id }} size="xs" variant="light">
        {texts.watch}
      </GoButton>
    </Alert>
  );
}

function Chosen({ connection, id }: { readonly connection: string; readonly id: string }) {
  const query = useQuery(runQuery(id));
  return (
    <Loaded query={query}>
      {(run) => (
        <Stack gap="xl">
          <ReportChoice connection={connection} run={run} />
          {run.reconcile === null ? (
            <Stack gap="xs">
              <Text>{texts.failed}</Text>
              <RunFault run={run} />
            </Stack>
          ) : (
            <Report key={run.id} connection={connection} run={run} report={run.reconcile} />
          )}
        </Stack>
      )}
    </Loaded>
  );
}

/** Older reports can be looked at, too. */
function ReportChoice({ connection, run }: { readonly connection: string; readonly run: Run }) {
  const navigate = route.useNavigate();
  const { data } = useQuery({
    queryKey: ['/runs', 'reports', connection],
    queryFn: ({ signal }) =>
      get<PageOf<Run>>('/runs', { connection, kind: 'reconcile', limit: REPORTS_MAX }, signal),
  });
  const ended = data?.items.filter((each) => each.endedAt !== null) ?? [];
  const known = ended.some(({ id }) => id === run.id) ? ended : [run, ...ended];
  return (
    <Select
      label={texts.report}
      data={known.map(({ id, endedAt, queuedAt }) => ({
        value: id,
        label: written.format(new Date(endedAt ?? queuedAt)),
      }))}
      value={run.id}
      onChange={(id) => {
        if (id !== null) void navigate({ search: { run: id } });
      }}
      allowDeselect={false}
      w={{ base: '100%', xs: 280 }}
    />
  );
}

interface ReportProps {
  readonly connection: string;
  readonly run: Run;
  readonly report: ReconcileSummary;
}

function Report({ connection, run, report }: ReportProps) {
  return (
    <Stack gap="xl">
      <Alert
        color={report.agree ? 'green' : 'orange'}
        icon={report.agree ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
        title={report.sentence}
        role="status"
      >
        {report.compared > 0 && <Text size="sm">{texts.compared(report.compared)}</Text>}
      </Alert>
      <Sides report={report} />
      <Classes report={report} />
      <Findings connection={connection} run={run} report={report} />
    </Stack>
  );
}
