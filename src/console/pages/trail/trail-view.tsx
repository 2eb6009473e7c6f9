import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type FoundEntries, olderEntries, type TrailFilter } from '../../api/trail.ts';
import { Empty, Loaded } from '../../components/states.tsx';
import { type About, trail as texts } from '../../texts/trail.ts';
import { EntryList } from './entry-list.tsx';
import { Filters } from './filters.tsx';

interface TrailViewProps {
  /** Name of the connection, or `system`. */
  readonly chain: string;
  readonly filter: TrailFilter;
  readonly abouts: readonly About[];
}

/** Entries, newest first, a page at a time: however long the trail is, only one page is in the browser. */
export function TrailView({ chain, filter, abouts }: TrailViewProps) {
  const navigate = useNavigate();
  const of = JSON.stringify([chain, filter]);
  // Which page is looked at is forgotten with every other filter.
  const [place, setPlace] = useState<{ readonly of: string; readonly cursors: readonly string[] }>();
  const cursors = place?.of === of ? place.cursors : [];
  const cursor = cursors.at(-1);
  const entries = useQuery({
    queryKey: ['trail', chain, filter, cursor ?? null],
    queryFn: ({ signal }) => olderEntries(chain, filter, cursor, signal),
    placeholderData: (before) => before,
  });
  const go = (next: readonly string[]): void => setPlace({ of, cursors: next });
  return (
    <Stack>
      <Filters
        key={of}
        filter={filter}
        abouts={abouts}
        onChange={(search) => void navigate({ to: '.', search, replace: true })}
      />
      <Loaded query={entries}>
        {(found) => (
          <Stack aria-busy={entries.isFetching}>
            <Found
              chain={chain}
              found={found}
              isFirst={cursors.length === 0}
              filtered={of !== JSON.stringify([chain, {}])}
            />
            <Group justify="flex-end" gap="xs">
              {cursors.length > 1 && (
                <Button variant="subtle" size="xs" onClick={() => go([])}>
                  {texts.newest}
                </Button>
              )}
              <Button
                variant="default"
                size="xs"
                disabled={cursors.length === 0}
                onClick={() => go(cursors.slice(0, -1))}
              >
                {texts.newer}
              </Button>
              <Button
                variant="default"
                size="xs"
                disabled={found.next === null}
                loading={entries.isPlaceholderData}
                onClick={() => {
                  if (found.next !== null) go([...cursors, found.next]);
                }}
              >
                {found.items.length === 0 ? texts.searchOn : texts.older}
              </Button>
            </Group>
          </Stack>
        )}
      </Loaded>
    </Stack>
  );
}

interface FoundProps {
  readonly chain: string;
  readonly found: FoundEntries;
  readonly isFirst: boolean;
  readonly filtered: boolean;
}

function Found({ chain, found, isFirst, filtered }: FoundProps) {
  if (found.items.length > 0) return <EntryList chain={chain} entries={found.items} />;
  if (found.next !== null) return <Text role="status">{texts.noneText}</Text>;
  if (isFirst && !filtered) return <Empty title={texts.empty} text={texts.emptyText} />;
  return <Empty title={texts.none} text={texts.noneText} />;
}
