import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  type CrosswalkRow,
  type CrosswalkState,
  NEEDS_PERSON,
  suggestionsQuery,
} from '../../api/crosswalk.ts';
import { useMay } from '../../api/session.ts';
import { Tag } from '../../components/badges.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Moment } from '../../components/moment.tsx';
import { codeName, crosswalk as texts } from '../../texts/crosswalk.ts';
import { RowEditor } from './row-editor.tsx';

const COLOURS: Readonly<Record<CrosswalkState, string>> = {
  broken: 'red',
  ambiguous: 'orange',
  unmatched: 'orange',
  ignored: 'gray',
  matched: 'teal',
  confirmed: 'cyan',
};

interface CodeListProps {
  readonly connection: string;
  readonly rows: readonly CrosswalkRow[];
}

/** Codes with what they are in Cin7, who decided it and when; each can be decided anew in its row. */
export function CodeList({ connection, rows }: CodeListProps) {
  const mayChoose = useMay('operator');
  const open = rows.some(({ state }) => NEEDS_PERSON.has(state));
  const suggestions = useQuery({ ...suggestionsQuery(connection), enabled: mayChoose && open });
  const columns: readonly Column<CrosswalkRow>[] = [
    { key: 'code', header: texts.code, cell: (row) => <Code row={row} /> },
    { key: 'state', header: texts.state, cell: (row) => <State row={row} /> },
    {
      key: 'target',
      header: texts.target,
      wide: true,
      cell: (row) => (
        <RowEditor
          connection={connection}
          row={row}
          suggestion={suggestions.data?.items.find(
            (each) => each.kind === row.kind && each.code === row.code,
          )}
        />
      ),
    },
    {
      key: 'waiting',
      header: texts.waiting,
      numeric: true,
      cell: ({ waiting }) => (waiting === 0 ? '' : waiting.toLocaleString('en')),
    },
    { key: 'changed', header: texts.changed, cell: (row) => <Decided row={row} /> },
  ];
  return (
    <Listing
      caption={texts.title}
      rows={rows}
      rowKey={({ kind, code }) => `${kind} ${code}`}
      columns={columns}
    />
  );
}

function Code({ row }: { readonly row: CrosswalkRow }) {
  return (
    <Stack gap={0} maw={320}>
      <Text size="sm" fw={600} className="breaks">
        {codeName(row)}
      </Text>
      <Text size="xs" c="dimmed">
        {texts.kinds[row.kind].one}
      </Text>
    </Stack>
  );
}

function State({ row: { state, detail } }: { readonly row: CrosswalkRow }) {
  return (
    <Stack gap={2} align="flex-start" maw={260}>
      <Tag colour={COLOURS[state]} text={texts.states[state]} />
      {detail !== '' && (
        <Text size="xs" c="dimmed" className="breaks">
          {detail}
        </Text>
      )}
    </Stack>
  );
}

function Decided({ row: { state, origin, updatedBy, updatedAt } }: { readonly row: CrosswalkRow }) {
  if (origin === 'auto' && NEEDS_PERSON.has(state))
    return (
      <Text size="sm" c="dimmed" className="one-line">
        {texts.undecided}
      </Text>
    );
  return (
    <Stack gap={0} className="one-line">
      <Text size="sm">{origin === 'auto' ? texts.bySystem : updatedBy.replace(/^user:/, '')}</Text>
      <Text size="xs" c="dimmed">
        <Moment at={updatedAt} ago />
      </Text>
    </Stack>
  );
}
