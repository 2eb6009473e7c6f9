import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { urlOf } from '../../api/client.ts';
import { itemsOf, pagedQuery } from '../../api/paged.ts';
import type { Finding, FindingClass, FlowName, ReconcileSummary, Run } from '../../api/types.ts';
import { Tag } from '../../components/badges.tsx';
import { Value } from '../../components/differences.tsx';
import { FilterSelect } from '../../components/filter-select.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { Loaded } from '../../components/states.tsx';
import { fieldWords } from '../../texts/differences.ts';
import { reconcile as texts } from '../../texts/reconcile.ts';
import { runs } from '../../texts/runs.ts';
import { countOfClass, DIFFERENCES } from './classes.ts';
import { NextStep } from './next-step.tsx';

interface FindingsProps {
  readonly connection: string;
  readonly run: Run;
  readonly report: ReconcileSummary;
}

/** The report line by line, with the way to each record. */
export function Findings({ connection, run, report }: FindingsProps) {
  const [chosen, setChosen] = useState<FindingClass | undefined>(
    DIFFERENCES.find((name) => countOfClass(report, name) > 0),
  );
  const [flow, setFlow] = useState<FlowName>();
  const filter = { class: chosen, flow };
  const query = useInfiniteQuery(pagedQuery<Finding>(`/runs/${run.id}/findings`, filter));
  return (
    <Stack gap="sm" component="section" aria-label={texts.findings}>
      <Title order={2} size="h4">
        {texts.findings}
      </Title>
      <Group gap="sm" align="flex-end">
        <FilterSelect label={texts.kind} names={namesOf(report)} value={chosen} onChange={setChosen} />
        <FilterSelect label={texts.flow} names={runs.flows} value={flow} onChange={setFlow} />
        <Button
          component="a"
          href={urlOf(`/runs/${run.id}/findings/export`, filter)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {texts.export}
        </Button>
      </Group>
      <Loaded query={query}>
        {(data) => {
          const rows = itemsOf(data);
          if (rows.length === 0) return <Text c="dimmed">{texts.nothingFits}</Text>;
          return (
            <>
              <Listing
                caption={texts.findings}
                rows={rows}
                rowKey={({ seq }) => String(seq)}
                columns={columnsFor(connection)}
              />
              <MorePages query={query} />
            </>
          );
        }}
      </Loaded>
      <Text size="sm" c="dimmed">
        {texts.notListed}
      </Text>
    </Stack>
  );
}

/** Only what was found can be chosen; equal records are not listed. */
function namesOf(report: ReconcileSummary): Readonly<Partial<Record<FindingClass, string>>> {
  return Object.fromEntries(
    Object.entries(texts.classNames).filter(
      // The keys are those of the texts.
      ([name]) => name !== 'equal' && countOfClass(report, name as FindingClass) > 0,
    ),
  );
}

function columnsFor(connection: string): readonly Column<Finding>[] {
  return [
    {
      key: 'kind',
      header: texts.kind,
      cell: (finding) => (
        <Tag
          colour={DIFFERENCES.includes(finding.class) ? 'orange' : 'gray'}
          text={texts.classNames[finding.class]}
        />
      ),
    },
    {
      key: 'record',
      header: texts.record,
      cell: ({ flow, recordKey, label }) => (
        <RecordLink connection={connection} flow={flow} recordKey={recordKey} label={label} />
      ),
    },
    { key: 'what', header: texts.what, cell: (finding) => <What finding={finding} /> },
    {
      key: 'next',
      header: texts.next,
      cell: (finding) => <NextStep connection={connection} finding={finding} />,
    },
  ];
}

function What({ finding: { explanation, field, jdeValue, cin7Value } }: { readonly finding: Finding }) {
  return (
    <Stack gap={4}>
      <Text size="sm">{explanation}</Text>
      {field !== null && (
        <Text size="sm" component="div">
          {fieldWords(field)}: {texts.jde} <Value value={jdeValue} />, {texts.cin7}{' '}
          <Value value={cin7Value} />
        </Text>
      )}
    </Stack>
  );
}
