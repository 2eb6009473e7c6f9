import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconSearch, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { urlOf } from '../../api/client.ts';
import { type CrosswalkKind, type CrosswalkPage, crosswalkQuery } from '../../api/crosswalk.ts';
import { GoButton } from '../../components/go.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { Page } from '../../components/page.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { crosswalk as texts } from '../../texts/crosswalk.ts';
import { CodeList } from './code-list.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { KindChoice } from './kind-choice.tsx';
import { SuggestionsDialog } from './suggestions-dialog.tsx';

const ROWS = 50;
const WAIT_MS = 250;

/** The reference table: what each JDE code is in Cin7. */
export function Crosswalk() {
  const { connection } = useParams({ from: '/c/$connection/crosswalk' });
  const { kind, text = '' } = useSearch({ from: '/c/$connection/crosswalk' });
  const navigate = useNavigate({ from: '/c/$connection/crosswalk' });
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(text);
  const [onlyOpen, setOnlyOpen] = useState(false);
  const [searched] = useDebouncedValue(typed, WAIT_MS);
  // Which page is looked at is forgotten with every other filter.
  const [place, setPlace] = useState<{ readonly of: string; readonly cursors: readonly string[] }>();
  const of = JSON.stringify([kind, searched, onlyOpen]);
  const cursors = place?.of === of ? place.cursors : [];
  const rows = useQuery(
    crosswalkQuery(connection, {
      kind,
      text: searched,
      limit: ROWS,
      cursor: cursors.at(-1),
      ...(onlyOpen ? { needsPerson: true } : {}),
    }),
  );
  const show = (chosen: CrosswalkKind | undefined): void =>
    void navigate({ search: chosen === undefined ? {} : { kind: chosen }, replace: true });
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <>
          <SuggestionsDialog connection={connection} kind={kind} />
          <MayButton
            role="operator"
            variant="default"
            leftSection={<IconUpload size={16} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            {texts.importCsv}
          </MayButton>
          <Button
            component="a"
            href={urlOf(`/connections/${connection}/crosswalk.csv`)}
            download
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {texts.exportCsv}
          </Button>
        </>
      }
    >
      <ImportDialog connection={connection} opened={open} onClose={() => setOpen(false)} />
      <Loaded query={rows}>
        {(page) => (
          <Stack>
            <KindChoice counts={page.counts} kind={kind} onChange={show} />
            <Group align="flex-end">
              <TextInput
                label={texts.search}
                placeholder={texts.searchHint}
                leftSection={<IconSearch size={16} aria-hidden />}
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                flex={1}
                miw={220}
                maw={420}
              />
              <Switch
                label={texts.onlyOpen}
                checked={onlyOpen}
                onChange={(event) => setOnlyOpen(event.currentTarget.checked)}
                mb={8}
              />
            </Group>
            <Rows
              connection={connection}
              page={page}
              narrowed={searched !== '' || onlyOpen}
              open={onlyOpen}
            />
            <Group justify="space-between">
              <Group gap="sm">
                <Text size="sm" c="dimmed" role="status">
                  {texts.shown(page.items.length, page.total)}
                </Text>
                <GoButton
                  to="/c/$connection/trail"
                  params={{ connection }}
                  search={{ about: 'crosswalk' }}
                  size="compact-sm"
                  variant="subtle"
                >
                  {texts.history}
                </GoButton>
              </Group>
              <Group gap="xs">
                <Button
                  variant="default"
                  size="xs"
                  disabled={cursors.length === 0}
                  onClick={() => setPlace({ of, cursors: cursors.slice(0, -1) })}
                >
                  {texts.newer}
                </Button>
                <Button
                  variant="default"
                  size="xs"
                  disabled={page.next === null}
                  onClick={() => {
                    if (page.next !== null) setPlace({ of, cursors: [...cursors, page.next] });
                  }}
                >
                  {texts.older}
                </Button>
              </Group>
            </Group>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

interface RowsProps {
  readonly connection: string;
  readonly page: CrosswalkPage;
  readonly narrowed: boolean;
  readonly open: boolean;
}

function Rows({ connection, page, narrowed, open }: RowsProps) {
  if (page.items.length > 0) return <CodeList connection={connection} rows={page.items} />;
  if (open) return <Empty title={texts.nothingOpenTitle} text={texts.nothingOpenText} />;
  if (narrowed) return <Empty title={texts.noMatchTitle} text={texts.noMatchText} />;
  return <Empty title={texts.emptyTitle} text={texts.emptyText} />;
}
