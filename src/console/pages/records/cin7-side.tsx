import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import type { Page, RecordLife, TrailEntry } from '../../api/types.ts';
import { Moment } from '../../components/moment.tsx';
import { Names } from '../../components/names.tsx';
import { PayloadView } from '../../components/payload-view.tsx';
import { records as texts } from '../../texts/records.ts';
import { whoWords } from '../../texts/who.ts';

interface Cin7SideProps {
  readonly record: RecordLife;
  readonly connection: string;
}

/** What Cin7 was last sent, when, and by which settings; a way into Cin7 itself. */
export function Cin7Side({ record, connection }: Cin7SideProps) {
  const { cin7, flow } = record;
  return (
    <Card withBorder component="section" aria-label={texts.cin7}>
      <Stack gap="md">
        <Group justify="space-between">
          <Stack gap={0}>
            <Title order={2} size="h4">
              {texts.cin7}
              {cin7 !== null && cin7.number !== '' ? ` · ${cin7.number}` : ''}
            </Title>
            {flow !== 'accounts' && (
              <Text size="sm" c="dimmed">
                {cin7 === null ? texts.cin7None : texts.cin7Lead}
              </Text>
            )}
          </Stack>
          {cin7?.page != null && (
            <Button
              component="a"
              href={cin7.page}
              target="_blank"
              rel="noreferrer"
              variant="default"
              rightSection={<IconExternalLink size={16} aria-hidden />}
            >
              {texts.open}
            </Button>
          )}
        </Group>
        {flow === 'accounts' && <Mapping mapping={record.mapping} />}
        {cin7 !== null && (
          <>
            <LastWrite record={record} connection={connection} />
            <PayloadView payload={cin7.payload} />
          </>
        )}
      </Stack>
    </Card>
  );
}

function Mapping({ mapping }: Pick<RecordLife, 'mapping'>) {
  if (mapping === null || mapping.target === null) return <Text c="dimmed">{texts.accountNone}</Text>;
  return (
    <Names
      items={[
        { name: texts.account, value: mapping.target },
        { name: texts.accountState, value: `${mapping.state} · ${whoWords(mapping.updatedBy)}` },
        ...(mapping.detail === '' ? [] : [{ name: texts.values, value: mapping.detail }]),
      ]}
    />
  );
}

const WRITES = ['record.created', 'record.updated', 'record.linked', 'record.voided'];

function LastWrite({ record: { flow, recordKey }, connection }: Cin7SideProps) {
  const path = `/trail/${encodeURIComponent(connection)}`;
  const query = useQuery({
    queryKey: [path, 'last-write', flow, recordKey],
    queryFn: ({ signal }) =>
      get<Page<TrailEntry>>(path, { flow, recordKey, action: WRITES, limit: 1 }, signal),
  });
  const [entry] = query.data?.items ?? [];
  if (entry === undefined) return null;
  return (
    <Text size="sm">
      {texts.written} <Moment at={entry.at} />
      {entry.settingsVersion === null ? '' : `, ${texts.mappingVersion} ${entry.settingsVersion}`}
    </Text>
  );
}
