import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import {
  type CrosswalkKind,
  type CrosswalkRow,
  crosswalkQuery,
  saveChoices,
  suggestionsQuery,
} from '../../api/crosswalk.ts';
import { useMay } from '../../api/session.ts';
import { BookChoice } from '../../components/book-choice.tsx';
import { GoButton } from '../../components/go.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { SuggestionButton } from '../../components/suggestion-button.tsx';
import { recordsText } from '../../texts/causes.ts';
import { codeName, crosswalk } from '../../texts/crosswalk.ts';
import { parked as texts } from '../../texts/parked.ts';
import { type Cause, groupRecords, waitedCodeOf } from './causes.ts';

interface ChoiceListProps {
  readonly connection: string;
  readonly cause: Cause;
  readonly kind: CrosswalkKind;
}

/** One code that is waited for. */
interface Line {
  readonly code: string;
  /** Nobody has to choose any more; what waited follows. */
  readonly decided: boolean;
  readonly name: string;
  readonly releases: string;
  readonly since: string;
  readonly detail: string;
}

const ROWS_MAX = 500;

/** What the records of a cause wait for, each with a choice of what it is in Cin7, and what the choice releases. */
export function ChoiceList({ connection, cause, kind }: ChoiceListProps) {
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const mayChoose = useMay('operator');
  const rows = useQuery(crosswalkQuery(connection, { kind, needsPerson: true, limit: ROWS_MAX }));
  const suggestions = useQuery({ ...suggestionsQuery(connection, kind), enabled: mayChoose });
  const save = useAct(
    (codes: readonly string[]) =>
      saveChoices(
        connection,
        codes.map((code) => ({ kind, code, target: chosen[code] ?? '' })),
      ),
    { told: ({ added, changed }) => crosswalk.saved(added + changed), onDone: () => setChosen({}) },
  );
  const lines = linesOf(cause, rows.data?.items ?? [], rows.data !== undefined && rows.data.next === null);
  const ready = lines.map(({ code }) => code).filter((code) => (chosen[code] ?? '') !== '');
  const choose = (code: string, target: string): void => setChosen({ ...chosen, [code]: target });
  const columns: readonly Column<Line>[] = [
    { key: 'code', header: crosswalk.code, cell: (line) => <Code line={line} /> },
    { key: 'releases', header: texts.releases, cell: (line) => <Releases line={line} /> },
    {
      key: 'target',
      header: crosswalk.target,
      wide: true,
      cell: ({ code, name, decided }) =>
        decided ? (
          <Text size="sm">{texts.decided}</Text>
        ) : (
          <Stack gap={4} w={{ base: '100%', sm: 340 }}>
            <BookChoice
              connection={connection}
              kind={kind}
              label={`${crosswalk.target}: ${name}`}
              value={chosen[code] ?? ''}
              disabled={!mayChoose}
              onChange={(target) => choose(code, target)}
            />
            {(chosen[code] ?? '') === '' && (
              <SuggestionButton
                suggestion={suggestions.data?.items.find((each) => each.code === code)}
                onTake={(target) => choose(code, target)}
              />
            )}
          </Stack>
        ),
    },
  ];
  return (
    <Stack gap="xs">
      <Listing
        caption={crosswalk.kinds[kind].many}
        rows={lines}
        rowKey={({ code }) => code}
        columns={columns}
      />
      <Group gap="xs">
        <MayButton
          role="operator"
          size="xs"
          loading={save.isPending}
          refusal={ready.length === 0 ? crosswalk.kinds[kind].choose : undefined}
          onClick={() => save.mutate(ready)}
        >
          {crosswalk.saveChosen(ready.length)}
        </MayButton>
        <GoButton
          to="/c/$connection/crosswalk"
          params={{ connection }}
          search={{ kind }}
          size="xs"
          variant="subtle"
        >
          {texts.inCrosswalk}
        </GoButton>
      </Group>
    </Stack>
  );
}

function Code({ line: { name, detail } }: { readonly line: Line }) {
  return (
    <Stack gap={0} maw={320}>
      <Text size="sm" fw={600} className="breaks">
        {name}
      </Text>
      <Text size="xs" c="dimmed" className="breaks">
        {detail}
      </Text>
    </Stack>
  );
}

function Releases({ line: { releases, since } }: { readonly line: Line }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{releases}</Text>
      <Text size="xs" c="dimmed">
        {texts.since} <Moment at={since} ago />
      </Text>
    </Stack>
  );
}

function linesOf(cause: Cause, rows: readonly CrosswalkRow[], isWhole: boolean): readonly Line[] {
  // Accounts are codes themselves: each that needs a person stands in the crosswalk by its own key.
  if (cause.selection.flow === 'accounts')
    return rows
      .filter((row) => row.state === 'broken' || row.state === 'ambiguous')
      .map((row) => ({
        code: row.code,
        decided: false,
        name: codeName(row),
        releases: row.waiting === 0 ? texts.noOrder : recordsText('purchases', row.waiting),
        since: row.updatedAt,
        detail: row.detail,
      }));
  const byCode = Map.groupBy(cause.groups, (group) => waitedCodeOf(group)?.code ?? '');
  return [...byCode].flatMap(([code, groups]) => {
    const [first] = groups;
    if (first === undefined) return [];
    const row = rows.find((each) => each.code === code);
    return [
      {
        code,
        decided: isWhole && row === undefined,
        name: codeName(row ?? { kind: cause.kind ?? 'item', code, label: '' }),
        releases: groupRecords(groups),
        since: groups.map(({ oldestAt }) => oldestAt).toSorted()[0] ?? first.oldestAt,
        detail: row === undefined || row.detail === '' ? first.example.detail : row.detail,
      },
    ];
  });
}
