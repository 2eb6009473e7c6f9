import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ChainedEntry } from '../../api/trail.ts';
import { Differences, type FieldDifference, Value } from '../../components/differences.tsx';
import { Go } from '../../components/go.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { actionText, actorText, trail as texts } from '../../texts/trail.ts';
import { EntryDetails } from './entry-details.tsx';

interface EntryListProps {
  readonly chain: string;
  readonly entries: readonly ChainedEntry[];
}

export function EntryList({ chain, entries }: EntryListProps) {
  const columns: readonly Column<ChainedEntry>[] = [
    {
      key: 'when',
      header: texts.when,
      cell: ({ at }) => (
        <Text size="sm" component="span" className="one-line">
          <Moment at={at} />
        </Text>
      ),
    },
    {
      key: 'who',
      header: texts.who,
      cell: ({ actor, origin }) => (
        <Stack gap={0} className="one-line">
          <Text size="sm">{actorText(actor)}</Text>
          <Text size="xs" c="dimmed">
            {texts.origin(origin)}
          </Text>
        </Stack>
      ),
    },
    { key: 'what', header: texts.what, cell: (entry) => <What chain={chain} entry={entry} /> },
  ];
  return <Listing caption={texts.title} rows={entries} rowKey={({ seq }) => String(seq)} columns={columns} />;
}

function What({ chain, entry }: { readonly chain: string; readonly entry: ChainedEntry }) {
  const [open, setOpen] = useState(false);
  const { action, data } = entry;
  return (
    <Stack gap={4} align="flex-start" maw={760}>
      <Group gap={6}>
        <Text size="sm" fw={600} className="sentence">
          {actionText(action)}
        </Text>
        <Subject chain={chain} entry={entry} />
        <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? texts.less : texts.details}
        </Button>
      </Group>
      <Change data={data} />
      {open && <EntryDetails entry={entry} />}
    </Stack>
  );
}

/** The record, the run, the code or the person that an entry is about. */
function Subject({ chain, entry }: { readonly chain: string; readonly entry: ChainedEntry }) {
  const { flow, recordKey, runId, data } = entry;
  const params = { connection: chain };
  if (flow !== null && recordKey !== null)
    return (
      <Go to="/c/$connection/records/$flow/$recordKey" params={{ ...params, flow, recordKey }} size="sm">
        {textOf(data['label']) ?? recordKey}
      </Go>
    );
  const code = textOf(data['code']);
  if (entry.action.startsWith('crosswalk.') && code !== undefined)
    return (
      <Text size="sm" className="breaks">
        {textOf(data['kind'])} {code}
      </Text>
    );
  if (runId !== null && chain !== 'system')
    return (
      <Go to="/c/$connection/runs/$run" params={{ ...params, run: runId }} size="sm">
        {texts.run} {runId.slice(0, 8)}
      </Go>
    );
  const name = textOf(data['user']) ?? textOf(data['name']);
  return name === undefined ? null : <Text size="sm">{name}</Text>;
}

/** From what to what, where an entry says it. */
function Change({ data }: Pick<ChainedEntry, 'data'>) {
  const { differences, from, to, detail } = data;
  if (Array.isArray(differences)) return <Differences items={differences.filter(isDifference)} />;
  if (isPlain(to) && to !== undefined)
    return (
      <Group gap={4}>
        <Value value={from} />
        <span aria-hidden>→</span>
        <Value value={to} />
      </Group>
    );
  const sentence = textOf(detail) ?? textOf(data['reason']);
  return sentence === undefined ? null : (
    <Text size="sm" className="breaks">
      {sentence}
    </Text>
  );
}

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function isDifference(value: unknown): value is FieldDifference {
  return typeof value === 'object' && value !== null && 'field' in value && typeof value.field === 'string';
}
