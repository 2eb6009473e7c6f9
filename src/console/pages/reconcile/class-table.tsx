import { Stack, Text, Title } from '@mantine/core';
import type { FindingClass, FlowName, ReconcileSummary } from '../../api/types.ts';
import { Tag } from '../../components/badges.tsx';
import { type Column, Listing, NONE } from '../../components/listing.tsx';
import { reconcile as texts } from '../../texts/reconcile.ts';
import { runs } from '../../texts/runs.ts';
import { CLASSES, countOfClass, DIFFERENCES } from './classes.ts';

const FLOWS: readonly FlowName[] = ['accounts', 'suppliers', 'purchases'];

/** How many records of each class there are; those that need a person first. */
export function Classes({ report }: { readonly report: ReconcileSummary }) {
  const rows = CLASSES.filter((name) => countOfClass(report, name) > 0);
  return (
    <Stack gap="xs" component="section" aria-label={texts.classes}>
      <Title order={2} size="h4">
        {texts.classes}
      </Title>
      <Listing caption={texts.classes} rows={rows} rowKey={(name) => name} columns={columnsFor(report)} />
    </Stack>
  );
}

function columnsFor(report: ReconcileSummary): readonly Column<FindingClass>[] {
  return [
    {
      key: 'kind',
      header: texts.kind,
      cell: (name) => (
        <Stack gap={0}>
          <Text size="sm" fw={500}>
            {texts.classNames[name]}
          </Text>
          <Text size="xs" c="dimmed">
            {texts.classHints[name]}
          </Text>
        </Stack>
      ),
    },
    {
      key: 'needs',
      header: texts.standing,
      cell: (name) =>
        DIFFERENCES.includes(name) ? (
          <Tag colour="orange" text={texts.needsPerson} />
        ) : (
          <Tag colour="gray" text={texts.explained} />
        ),
    },
    ...FLOWS.filter((flow) => report.flows[flow] !== undefined).map((flow) => ({
      key: flow,
      header: runs.flows[flow],
      numeric: true,
      cell: (name: FindingClass) => report.flows[flow]?.counts[name] || NONE,
    })),
  ];
}
