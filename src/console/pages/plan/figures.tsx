import { SimpleGrid, Stack } from '@mantine/core';
import type { FlowName, PlanSummary } from '../../api/types.ts';
import { Fact } from '../../components/fact.tsx';
import { type Column, Listing, NONE } from '../../components/listing.tsx';
import { planTexts as texts } from '../../texts/plan.ts';
import { runs } from '../../texts/runs.ts';
import { CHANGE_KINDS } from './words.ts';

const FLOWS: readonly FlowName[] = ['accounts', 'suppliers', 'purchases'];

type Row = { readonly flow: FlowName; readonly counters: NonNullable<PlanSummary['flows'][FlowName]> };

const columns: readonly Column<Row>[] = [
  { key: 'flow', header: texts.flow, cell: ({ flow }) => runs.flows[flow] },
  ...[...CHANGE_KINDS, 'unchanged' as const].map((kind) => ({
    key: kind,
    header: kind === 'unchanged' ? texts.unchanged : texts.kinds[kind],
    numeric: true,
    cell: ({ counters }: Row) => (counters[kind] === 0 ? NONE : counters[kind]),
  })),
];

/** The plan by kind of change, and what it costs. */
export function Figures({ plan }: { readonly plan: PlanSummary }) {
  const rows = FLOWS.flatMap((flow) => {
    const counters = plan.flows[flow];
    return counters === undefined ? [] : [{ flow, counters }];
  });
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Fact label={texts.callsLabel}>{plan.writes}</Fact>
        <Fact label={texts.minutesLabel}>{texts.minutes(plan.minutes)}</Fact>
      </SimpleGrid>
      <Listing caption={texts.summary} rows={rows} rowKey={({ flow }) => flow} columns={columns} />
    </Stack>
  );
}
