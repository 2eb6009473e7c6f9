import { Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '../../api/client.ts';
import type { FoundRecord } from '../../api/types.ts';
import { type Column, Listing } from '../../components/listing.tsx';
import { Page } from '../../components/page.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { records as texts } from '../../texts/records.ts';
import { RecordStateBadge } from './state-badge.tsx';

const route = getRouteApi('/c/$connection/records');
const TYPING_MS = 300;
/** More are never answered. */
const FOUND_MAX = 50;

/** One search box for all records. What is searched for stands in the address. */
export function Records() {
  const { text = '' } = route.useSearch();
  const { connection } = route.useParams();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(text);
  const search = useDebouncedCallback((wanted: string) => {
    void navigate({ search: wanted === '' ? {} : { text: wanted }, replace: true });
  }, TYPING_MS);
  return (
    <Page title={texts.title} lead={texts.lead}>
      <search>
        <TextInput
          label={texts.search}
          description={texts.searchHint}
          type="search"
          size="md"
          maw={640}
          maxLength={100}
          leftSection={<IconSearch size={18} aria-hidden />}
          value={typed}
          autoFocus
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value.trim());
          }}
        />
      </search>
      <div aria-live="polite">
        {text === '' ? (
          <Text c="dimmed">{texts.examples}</Text>
        ) : (
          <Found connection={connection} text={text} />
        )}
      </div>
    </Page>
  );
}

function Found({ connection, text }: { readonly connection: string; readonly text: string }) {
  const query = useQuery({
    queryKey: ['records', connection, text],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly FoundRecord[] }>(
        `/connections/${encodeURIComponent(connection)}/records`,
        { text },
        signal,
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={texts.none(text)} text={texts.noneText} />
        ) : (
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              {items.length < FOUND_MAX ? texts.found(items.length) : texts.first(FOUND_MAX)}
            </Text>
            <Listing
              caption={texts.title}
              rows={items}
              rowKey={({ flow, recordKey }) => `${flow} ${recordKey}`}
              columns={columnsFor(connection)}
            />
          </Stack>
        )
      }
    </Loaded>
  );
}

function columnsFor(connection: string): readonly Column<FoundRecord>[] {
  return [
    {
      key: 'record',
      header: texts.record,
      cell: ({ flow, recordKey, label }) => (
        <RecordLink connection={connection} flow={flow} recordKey={recordKey} label={label} />
      ),
    },
    { key: 'number', header: texts.number, cell: ({ cin7Number }) => cin7Number },
    { key: 'state', header: texts.state, cell: ({ state }) => <RecordStateBadge state={state} /> },
  ];
}
