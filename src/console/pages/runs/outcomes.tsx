import { Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { itemsOf, pagedQuery } from '../../api/paged.ts';
import type { Outcome, Run, TrailEntry } from '../../api/types.ts';
import { OutcomeBadge } from '../../components/badges.tsx';
import { FilterSelect } from '../../components/filter-select.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { Loaded } from '../../components/states.tsx';
import { TrailValues } from '../../components/trail-values.tsx';
import { runs as texts } from '../../texts/runs.ts';

type Told = Exclude<Outcome, 'unchanged'>;

const NAMES: Readonly<Record<Told, string>> = {
  created: texts.outcomeNames.created,
  updated: texts.outcomeNames.updated,
  linked: texts.outcomeNames.linked,
  voided: texts.outcomeNames.voided,
  parked: texts.outcomeNames.parked,
};

const WATCHED_MS = 3_000;

/** What became of each record, from the trail. */
export function Outcomes({ run, connection }: { readonly run: Run; readonly connection: string }) {
  const [outcome, setOutcome] = useState<Told>();
  const action =
    outcome === undefined ? Object.keys(NAMES).map((name) => `record.${name}`) : `record.${outcome}`;
  const query = useInfiniteQuery({
    ...pagedQuery<TrailEntry>(`/trail/${encodeURIComponent(connection)}`, { runId: run.id, action }),
    refetchInterval: run.endedAt === null ? WATCHED_MS : false,
  });
  return (
    <Stack gap="xs" component="section" aria-label={texts.outcomes}>
      <Group justify="space-between" align="flex-end">
        <Stack gap={2}>
          <Title order={2} size="h4">
            {texts.outcomes}
          </Title>
          <Text size="sm" c="dimmed">
            {texts.outcomesLead}
          </Text>
        </Stack>
        <FilterSelect label={texts.outcome} names={NAMES} value={outcome} onChange={setOutcome} />
      </Group>
      <Loaded query={query}>
        {(data) => {
          const rows = itemsOf(data);
          if (rows.length === 0 && !query.hasNextPage) return <Text c="dimmed">{texts.noOutcomes}</Text>;
          return (
            <>
              <Listing
                caption={texts.outcomes}
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
    {
      key: 'outcome',
      header: texts.outcome,
      cell: ({ action }) => <OutcomeBadge outcome={outcomeOf(action)} />,
    },
    {
      key: 'record',
      header: texts.record,
      cell: ({ flow, recordKey, data }) => (
        <RecordLink
          connection={connection}
          flow={flow}
          recordKey={recordKey}
          label={typeof data['label'] === 'string' ? data['label'] : undefined}
        />
      ),
    },
    { key: 'change', header: texts.change, cell: ({ data }) => <TrailValues data={data} /> },
  ];
}

function outcomeOf(action: string): Outcome {
  return action.replace(/^record\./, '') as Outcome; // Only such actions were asked for.
}
