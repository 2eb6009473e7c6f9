import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { itemsOf, pagedQuery } from '../../api/paged.ts';
import type { Run } from '../../api/types.ts';
import { StateBadge } from '../../components/badges.tsx';
import { FilterSelect } from '../../components/filter-select.tsx';
import { Go } from '../../components/go.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { Page } from '../../components/page.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { runs as texts } from '../../texts/runs.ts';
import { whoWords } from '../../texts/who.ts';
import { resultWords } from './result-words.ts';

const route = getRouteApi('/c/$connection/runs');
const EVERY_MS = 5_000;

/** All runs of a connection, newest first. */
export function Runs() {
  const { connection } = route.useParams();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery({
    ...pagedQuery<Run>('/runs', { connection, ...filter }),
    refetchInterval: EVERY_MS,
  });
  const isFiltered = filter.kind !== undefined || filter.state !== undefined;
  return (
    <Page title={texts.title} lead={texts.lead} actions={<Actions connection={connection} />}>
      <Group align="flex-end" gap="sm">
        <FilterSelect
          label={texts.kind}
          names={texts.kinds}
          value={filter.kind}
          onChange={(kind) => void navigate({ search: { ...filter, kind } })}
        />
        <FilterSelect
          label={texts.state}
          names={texts.states}
          value={filter.state}
          onChange={(state) => void navigate({ search: { ...filter, state } })}
        />
      </Group>
      <Loaded query={query}>
        {(data) => {
          const rows = itemsOf(data);
          if (rows.length === 0)
            return isFiltered ? (
              <Text c="dimmed">{texts.nothingFits}</Text>
            ) : (
              <Empty title={texts.emptyTitle} text={texts.emptyText} />
            );
          return (
            <Stack>
              <Listing
                caption={texts.title}
                rows={rows}
                rowKey={({ id }) => id}
                columns={columnsFor(connection)}
              />
              <MorePages query={query} />
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
      <StartRun connection={connection} wish={{ kind: 'sync' }}>
        {texts.start}
      </StartRun>
      <StartRun connection={connection} wish={{ kind: 'plan' }} variant="default">
        {texts.plan}
      </StartRun>
    </>
  );
}

function columnsFor(connection: string): readonly Column<Run>[] {
  return [
    {
      key: 'kind',
      header: texts.kind,
      cell: (run) => (
        <Go to="/c/$connection/runs/$run" params={{ connection, run: run.id }}>
          {texts.kinds[run.kind]}
        </Go>
      ),
    },
    { key: 'state', header: texts.state, cell: (run) => <StateBadge state={run.state} /> },
    {
      key: 'started',
      header: texts.started,
      cell: (run) => (
        <span className="one-line">
          <Moment at={run.startedAt ?? run.queuedAt} />
        </span>
      ),
    },
    {
      key: 'took',
      header: texts.took,
      numeric: true,
      cell: (run) => (run.seconds === null ? '' : texts.seconds(run.seconds)),
    },
    { key: 'by', header: texts.by, cell: (run) => whoWords(run.requestedBy) },
    { key: 'result', header: texts.result, cell: (run) => resultWords(run) },
  ];
}
