import { Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { itemsOf, pagedQuery } from '../../api/paged.ts';
import type { ChangeKind, FlowName, PlannedChange, PlanSummary, Run } from '../../api/types.ts';
import { Tag } from '../../components/badges.tsx';
import { Differences } from '../../components/differences.tsx';
import { FilterSelect } from '../../components/filter-select.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { Loaded } from '../../components/states.tsx';
import { nextText } from '../../texts/causes.ts';
import { planTexts as texts } from '../../texts/plan.ts';
import { runs } from '../../texts/runs.ts';
import { NewRecord } from './new-record.tsx';
import { CHANGE_KINDS, countOfPlan } from './words.ts';

const COLOURS: Readonly<Record<ChangeKind, string>> = {
  create: 'green',
  update: 'cyan',
  void: 'grape',
  link: 'indigo',
  park: 'orange',
};

const WRITES = CHANGE_KINDS.filter((kind) => kind !== 'park');
const NAMES = { written: texts.written, ...texts.kinds };

interface ChangesProps {
  readonly connection: string;
  readonly run: Run;
  readonly plan: PlanSummary;
}

/** Each change with its fields, or the reason why a record would be parked. */
export function Changes({ connection, run, plan }: ChangesProps) {
  const writes = WRITES.some((kind) => countOfPlan(plan, kind) > 0);
  const [kind, setKind] = useState<ChangeKind | 'written' | undefined>(writes ? 'written' : undefined);
  const [flow, setFlow] = useState<FlowName>();
  const change = kind === 'written' ? WRITES : kind;
  const query = useInfiniteQuery(pagedQuery<PlannedChange>(`/runs/${run.id}/changes`, { change, flow }));
  const isFiltered = kind !== undefined || flow !== undefined;
  const total = CHANGE_KINDS.reduce((sum, each) => sum + countOfPlan(plan, each), 0);
  if (total === 0) return <Text>{texts.nothing}</Text>;
  return (
    <Stack gap="sm" component="section" aria-label={texts.changes}>
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          {texts.changes}
        </Title>
        <Group gap="sm" align="flex-end">
          <FilterSelect label={texts.kind} names={NAMES} value={kind} onChange={setKind} />
          <FilterSelect label={texts.flow} names={runs.flows} value={flow} onChange={setFlow} />
        </Group>
      </Group>
      <Loaded query={query}>
        {(data) => {
          const rows = itemsOf(data);
          if (rows.length === 0)
            return <Text c="dimmed">{isFiltered ? texts.nothingFits : texts.nothing}</Text>;
          return (
            <>
              <Listing
                caption={texts.changes}
                rows={rows}
                rowKey={({ flow: of, recordKey }) => `${of} ${recordKey}`}
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

function columnsFor(connection: string): readonly Column<PlannedChange>[] {
  return [
    {
      key: 'kind',
      header: texts.kind,
      cell: ({ change }) => <Tag colour={COLOURS[change]} text={texts.kinds[change]} />,
    },
    {
      key: 'record',
      header: texts.record,
      cell: ({ flow, recordKey, label }) => (
        <RecordLink connection={connection} flow={flow} recordKey={recordKey} label={label} />
      ),
    },
    { key: 'what', header: texts.what, cell: (change) => <What change={change} /> },
  ];
}

function What({
  change: { change, label, differences, payload, code, detail, hint },
}: {
  readonly change: PlannedChange;
}) {
  if (change === 'park')
    return (
      <Stack gap={2}>
        <Text size="sm">{detail}</Text>
        <Text size="sm" c="dimmed">
          {nextText(code ?? '', hint ?? '')}
        </Text>
        <Text size="xs" c="dimmed">
          {code}
        </Text>
      </Stack>
    );
  if (change === 'link') return <Text size="sm">{texts.linkTo(detail ?? '')}</Text>;
  if (change === 'create') return <NewRecord payload={payload} label={label} />;
  return <Differences items={differences} />;
}
