import { Stack, Text, Title } from '@mantine/core';
import type { Counters, FlowName, Run } from '../../api/types.ts';
import { type Column, Listing, NONE } from '../../components/listing.tsx';
import { runs as texts } from '../../texts/runs.ts';

const COLUMNS = ['created', 'updated', 'linked', 'unchanged', 'voided', 'parked'] as const;
const FLOWS: readonly FlowName[] = ['accounts', 'suppliers', 'purchases'];

interface Row {
  readonly flow: FlowName;
  readonly counters: Counters;
}

/** The books of a run: what was staged equals what became of it and what is left. */
export function Balance({ run }: { readonly run: Run }) {
  const rows = FLOWS.flatMap((flow) => {
    const counters = run.flows[flow];
    return counters === undefined ? [] : [{ flow, counters }];
  });
  return (
    <Stack gap="xs" component="section" aria-label={texts.balance}>
      <Title order={2} size="h4">
        {texts.balance}
      </Title>
      <Listing caption={texts.balance} rows={rows} rowKey={({ flow }) => flow} columns={columns} />
      <Text size="sm" c="dimmed">
        {texts.balanceText}
      </Text>
    </Stack>
  );
}

const figure = (name: keyof Counters, header: string): Column<Row> => ({
  key: name,
  header,
  numeric: true,
  cell: ({ counters }) => (counters[name] === 0 ? NONE : counters[name]),
});

const columns: readonly Column<Row>[] = [
  { key: 'flow', header: texts.flow, cell: ({ flow }) => texts.flows[flow] },
  figure('rowsRead', texts.rowsRead),
  figure('staged', texts.staged),
  ...COLUMNS.map((name) => figure(name, texts.outcomeNames[name])),
  figure('left', texts.left),
];
