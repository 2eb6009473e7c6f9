import { Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { itemsOf, pagedQuery } from '../../api/paged.ts';
import type { FlowName, TrailEntry } from '../../api/types.ts';
import { Go } from '../../components/go.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { Loaded } from '../../components/states.tsx';
import { TrailValues } from '../../components/trail-values.tsx';
import { actionWords, records as texts } from '../../texts/records.ts';
import { whoWords } from '../../texts/who.ts';

interface RecordTrailProps {
  readonly connection: string;
  readonly flow: FlowName;
  readonly recordKey: string;
}

/** What happened to a record, newest first, out of the audit trail. */
export function RecordTrail({ connection, flow, recordKey }: RecordTrailProps) {
  const query = useInfiniteQuery(
    pagedQuery<TrailEntry>(`/trail/${encodeURIComponent(connection)}`, { flow, recordKey }),
  );
  return (
    <Stack gap="xs" component="section" aria-label={texts.trail}>
      <Title order={2} size="h4">
        {texts.trail}
      </Title>
      <Loaded query={query}>
        {(data) => {
          const rows = itemsOf(data);
          if (rows.length === 0) return <Text c="dimmed">{texts.trailNone}</Text>;
          return (
            <>
              <Listing
                caption={texts.trail}
                rows={rows}
                rowKey={({ seq }) => String(seq)}
                columns={columnsFor(connection)}
              />
              <MorePages query={query} />
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}

function columnsFor(connection: string): readonly Column<TrailEntry>[] {
  return [
    { key: 'when', header: texts.when, cell: ({ at }) => <Moment at={at} /> },
    { key: 'what', header: texts.what, cell: ({ action }) => actionWords(action) },
    { key: 'values', header: texts.values, cell: ({ data }) => <TrailValues data={data} /> },
    { key: 'who', header: texts.who, cell: ({ actor }) => whoWords(actor) },
    { key: 'version', header: texts.version, cell: ({ settingsVersion }) => settingsVersion ?? '' },
    {
      key: 'run',
      header: texts.run,
      cell: ({ runId }) =>
        runId === null ? null : (
          <Go to="/c/$connection/runs/$run" params={{ connection, run: runId }} size="sm">
            {runId.slice(0, 8)}
          </Go>
        ),
    },
  ];
}
