import { Stack, Text, Title } from '@mantine/core';
import type { FlowName, ReconciledFlow, ReconcileSummary, SideTotals } from '../../api/types.ts';
import { type Column, Listing, NONE } from '../../components/listing.tsx';
import { reconcile as texts } from '../../texts/reconcile.ts';
import { runs } from '../../texts/runs.ts';
import { amountWords, subtract } from './money.ts';

const FLOWS: readonly FlowName[] = ['accounts', 'suppliers', 'purchases'];

type Row = { readonly flow: FlowName; readonly found: ReconciledFlow };

const figures: readonly Column<Row>[] = [
  { key: 'flow', header: texts.flow, cell: ({ flow }) => runs.flows[flow] },
  { key: 'jde', header: texts.inJde, numeric: true, cell: ({ found }) => found.jde },
  { key: 'cin7', header: texts.inCin7, numeric: true, cell: ({ found }) => found.cin7 },
  { key: 'links', header: texts.links, numeric: true, cell: ({ found }) => found.links },
];

/** Both sides in figures: records of each flow, and sums of orders by currency. */
export function Sides({ report }: { readonly report: ReconcileSummary }) {
  const rows = FLOWS.flatMap((flow) => {
    const found = report.flows[flow];
    return found === undefined ? [] : [{ flow, found }];
  });
  const totals = report.flows.purchases?.totals;
  return (
    <Stack gap="lg">
      <Stack gap="xs" component="section" aria-label={texts.sides}>
        <Title order={2} size="h4">
          {texts.sides}
        </Title>
        <Listing caption={texts.sides} rows={rows} rowKey={({ flow }) => flow} columns={figures} />
      </Stack>
      {totals !== undefined && <Totals jde={totals.jde} cin7={totals.cin7} />}
    </Stack>
  );
}

interface Sum {
  readonly currency: string;
  readonly jde: string;
  readonly cin7: string;
}

const sums: readonly Column<Sum>[] = [
  { key: 'currency', header: texts.currency, cell: ({ currency }) => currency },
  { key: 'jde', header: texts.sumJde, numeric: true, cell: ({ jde }) => amountWords(jde) },
  { key: 'cin7', header: texts.sumCin7, numeric: true, cell: ({ cin7 }) => amountWords(cin7) },
  {
    key: 'difference',
    header: texts.difference,
    numeric: true,
    cell: ({ jde, cin7 }) => {
      const difference = subtract(jde, cin7);
      return difference === '0' ? NONE : amountWords(difference);
    },
  },
];

function Totals({ jde, cin7 }: { readonly jde: SideTotals; readonly cin7: SideTotals }) {
  const currencies = [...new Set([...Object.keys(jde.sums), ...Object.keys(cin7.sums)])].toSorted();
  const rows = currencies.map((currency) => ({
    currency,
    jde: jde.sums[currency] ?? '0',
    cin7: cin7.sums[currency] ?? '0',
  }));
  return (
    <Stack gap="xs" component="section" aria-label={texts.totals}>
      <Title order={2} size="h4">
        {texts.totals}
      </Title>
      <Listing caption={texts.totals} rows={rows} rowKey={({ currency }) => currency} columns={sums} />
      <Text size="sm" c="dimmed">
        {texts.sumJde}: {texts.orders(jde.orders)}. {texts.sumCin7}: {texts.orders(cin7.orders)}.{' '}
        {texts.totalsHint}
      </Text>
    </Stack>
  );
}
