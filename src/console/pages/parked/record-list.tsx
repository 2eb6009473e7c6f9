import { Badge, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ParkedCause, type ParkedRecord, parkedKey, parkedRecords } from '../../api/parked.ts';
import { Go } from '../../components/go.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { MorePages } from '../../components/more-pages.tsx';
import { Problem } from '../../components/problem.tsx';
import { Loading } from '../../components/states.tsx';
import { parked as texts } from '../../texts/parked.ts';
import { counted } from '../../texts/words.ts';
import { ActButtons } from './act-buttons.tsx';

interface RecordListProps {
  readonly connection: string;
  readonly cause: ParkedCause;
  readonly mayRelink: boolean;
}

/** The records of a cause, some to be chosen for an act of their own. */
export function RecordList({ connection, cause, mayRelink }: RecordListProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const pages = useInfiniteQuery({
    queryKey: [...parkedKey(connection), 'records', cause],
    queryFn: ({ pageParam, signal }) =>
      parkedRecords(connection, { ...cause, limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined, // The first page has no cursor.
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (pages.isPending) return <Loading />;
  if (pages.isError) return <Problem error={pages.error} onRetry={() => void pages.refetch()} />;
  const records = pages.data.pages.flatMap(({ items }) => items);
  const picked = records.filter(({ recordKey }) => chosen.has(recordKey));
  const all = picked.length === records.length && records.length > 0;
  const choose = (keys: readonly string[], on: boolean): void => {
    const next = new Set(chosen);
    for (const key of keys) {
      if (on) next.add(key);
      else next.delete(key);
    }
    setChosen(next);
  };
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Checkbox
          label={picked.length === 0 ? texts.chooseAll : texts.chosen(picked.length)}
          checked={all}
          indeterminate={picked.length > 0 && !all}
          onChange={() =>
            choose(
              records.map(({ recordKey }) => recordKey),
              !all,
            )
          }
        />
        {picked.length > 0 && (
          <ActButtons
            connection={connection}
            selection={{ records: picked.map(({ flow, recordKey }) => ({ flow, recordKey })) }}
            records={counted(picked.length, ...texts.words)}
            ignored={cause.ignored === true}
            mayRelink={mayRelink}
            onDone={() => setChosen(new Set())}
          />
        )}
      </Group>
      <Listing
        caption={texts.title}
        rows={records}
        rowKey={({ recordKey }) => recordKey}
        columns={columnsOf(connection, chosen, choose)}
      />
      <MorePages query={pages} />
    </Stack>
  );
}

function columnsOf(
  connection: string,
  chosen: ReadonlySet<string>,
  choose: (keys: readonly string[], on: boolean) => void,
): readonly Column<ParkedRecord>[] {
  return [
    {
      key: 'choose',
      header: texts.chooseOne,
      quiet: true,
      cell: ({ recordKey, label }) => (
        <Checkbox
          aria-label={texts.choose(label)}
          checked={chosen.has(recordKey)}
          onChange={(event) => choose([recordKey], event.currentTarget.checked)}
        />
      ),
    },
    {
      key: 'record',
      header: texts.record,
      cell: ({ flow, recordKey, label }) => (
        <Go to="/c/$connection/records/$flow/$recordKey" params={{ connection, flow, recordKey }} size="sm">
          {label}
        </Go>
      ),
    },
    { key: 'why', header: texts.why, cell: (record) => <Why record={record} /> },
    { key: 'parkedAt', header: texts.parkedAt, cell: ({ parkedAt }) => <Moment at={parkedAt} ago /> },
    { key: 'assignee', header: texts.assignee, cell: ({ assignee }) => assignee ?? texts.nobody },
  ];
}

function Why({ record: { detail, field, retryAsked, ignored } }: { readonly record: ParkedRecord }) {
  return (
    <Stack gap={2} maw={520}>
      <Text size="sm" className="breaks">
        {detail}
      </Text>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {field}
        </Text>
        {retryAsked && (
          <Badge size="sm" variant="light" tt="none">
            {texts.tried}
          </Badge>
        )}
      </Group>
      {ignored !== null && (
        <Text size="xs" c="dimmed" className="breaks">
          {texts.ignoredBy(ignored.by, ignored.reason)}
        </Text>
      )}
    </Stack>
  );
}
