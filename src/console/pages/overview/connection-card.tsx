import { Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { arrivalsQuery } from '../../api/overview.ts';
import type { ConnectionOverview, Standing } from '../../api/types.ts';
import { StateBadge, Tag } from '../../components/badges.tsx';
import { Fact } from '../../components/fact.tsx';
import { Go, PathLink } from '../../components/go.tsx';
import { Moment } from '../../components/moment.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { Loaded, Loading } from '../../components/states.tsx';
import { flowCounts } from '../../texts/flows.ts';
import { overview as texts } from '../../texts/overview.ts';
import { runs } from '../../texts/runs.ts';
import { sumOfDay } from './arrivals.ts';
import { BudgetGauge } from './budget-gauge.tsx';
import { sumOf } from './needs.ts';

// Charts are large: they come after the figures.
const ArrivalsChart = lazy(() => import('./arrivals-chart.tsx'));

const COLOURS: Readonly<Record<Standing, string>> = {
  unfinished: 'gray',
  offline: 'red',
  failing: 'red',
  stale: 'orange',
  paused: 'yellow',
  new: 'gray',
  running: 'cyan',
  fresh: 'green',
};

/** One connection: how it stands, what it did, what it will do. */
export function ConnectionCard({ overview }: { readonly overview: ConnectionOverview }) {
  const { connection, standing, openRun } = overview;
  const { name } = connection;
  return (
    <Card withBorder padding="lg" component="section" aria-label={name}>
      <Stack gap="lg">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2} size="h3">
              {name}
            </Title>
            <Tag colour={COLOURS[standing]} text={texts.standing[standing]} />
          </Group>
          <Group gap="xs">
            <StartRun connection={name} wish={{ kind: 'sync' }}>
              {runs.start}
            </StartRun>
            <StartRun connection={name} wish={{ kind: 'plan' }} variant="default">
              {runs.plan}
            </StartRun>
          </Group>
        </Group>
        {openRun !== null && (
          <Group gap="xs">
            <Text size="sm">{texts.atWork}:</Text>
            <Go to="/c/$connection/runs/$run" params={{ connection: name, run: openRun.id }} size="sm">
              {runs.kinds[openRun.kind]}
            </Go>
            <StateBadge state={openRun.state} />
          </Group>
        )}
        <Facts overview={overview} />
        <Arrivals connection={name} />
      </Stack>
    </Card>
  );
}

function Facts({ overview }: { readonly overview: ConnectionOverview }) {
  const { connection, lastRuns, lastSuccessAt, next, parked, ignored, staged, budget } = overview;
  const { sync } = lastRuns;
  const parkedCount = sumOf(parked);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      <Fact label={texts.lastSync}>
        {sync === undefined ? (
          <Moment at={null} />
        ) : (
          <Group gap="xs">
            <Go to="/c/$connection/runs/$run" params={{ connection: connection.name, run: sync.id }}>
              <Moment at={sync.endedAt ?? sync.queuedAt} ago />
            </Go>
            <StateBadge state={sync.state} />
          </Group>
        )}
      </Fact>
      <Fact label={texts.lastSuccess}>
        <Moment at={lastSuccessAt} ago />
      </Fact>
      <Fact label={texts.nextRun}>
        {next === null ? (
          (connection.pausedBy !== null && texts.paused(connection.pausedBy)) || texts.noNext
        ) : (
          <>
            {runs.kinds[next.kind]} <Moment at={next.at} ago />
          </>
        )}
      </Fact>
      <ArrivedToday connection={connection.name} />
      <Fact label={texts.parked} hint={ignored > 0 ? texts.ignored(ignored) : undefined}>
        {parkedCount === 0 ? (
          texts.parkedNone
        ) : (
          <PathLink path={`/c/${connection.name}/parked`}>{flowCounts(parked)}</PathLink>
        )}
      </Fact>
      <Fact label={texts.staged}>{sumOf(staged) === 0 ? texts.records(0) : flowCounts(staged)}</Fact>
      <BudgetGauge budget={budget} />
    </SimpleGrid>
  );
}

function ArrivedToday({ connection }: { readonly connection: string }) {
  const { data } = useQuery(arrivalsQuery(connection));
  const today = data?.items.at(-1);
  return <Fact label={texts.today}>{today === undefined ? '' : texts.records(sumOfDay(today))}</Fact>;
}

function Arrivals({ connection }: { readonly connection: string }) {
  const query = useQuery(arrivalsQuery(connection));
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Suspense fallback={<Loading />}>
          <ArrivalsChart days={items} />
        </Suspense>
      )}
    </Loaded>
  );
}
