import { Alert, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconParkingCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import type { RecordLife } from '../../api/types.ts';
import { PathLink } from '../../components/go.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { Loaded } from '../../components/states.tsx';
import { nextText } from '../../texts/causes.ts';
import { flowWord } from '../../texts/flows.ts';
import { records as texts } from '../../texts/records.ts';
import { runs } from '../../texts/runs.ts';
import { Cin7Side } from './cin7-side.tsx';
import { JdeSide } from './jde-side.tsx';
import { RecordTrail } from './record-trail.tsx';
import { SendAgain } from './send-again.tsx';
import { RecordStateBadge } from './state-badge.tsx';

const route = getRouteApi('/c/$connection/records/$flow/$recordKey');

/** The whole life of one record. */
export function RecordPage() {
  const { connection, flow, recordKey } = route.useParams();
  const path = `/connections/${encodeURIComponent(connection)}/records/${flow}/${encodeURIComponent(recordKey)}`;
  const query = useQuery({ queryKey: [path], queryFn: ({ signal }) => get<RecordLife>(path, {}, signal) });
  if (query.data === undefined)
    return (
      <Page title={recordKey}>
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    );
  return <Shown connection={connection} record={query.data} />;
}

interface ShownProps {
  readonly connection: string;
  readonly record: RecordLife;
}

function Shown({ connection, record }: ShownProps) {
  const { flow, recordKey, label, state } = record;
  return (
    <Page title={label} actions={<SendAgain connection={connection} record={record} />}>
      <Group gap="sm">
        <RecordStateBadge state={state} />
        <Text size="sm" c="dimmed">
          {flowWord(flow)} {recordKey}
        </Text>
      </Group>
      <Waiting connection={connection} record={record} />
      {/* Lines of orders are wide. */}
      <SimpleGrid cols={{ base: 1, [flow === 'purchases' ? 'xl' : 'lg']: 2 }} spacing="lg">
        <JdeSide tables={record.jde} />
        <Cin7Side record={record} connection={connection} />
      </SimpleGrid>
      <RecordTrail connection={connection} flow={flow} recordKey={recordKey} />
    </Page>
  );
}

/** What it waits for, and the next step. */
function Waiting({ connection, record: { parked, staged, openWrite } }: ShownProps) {
  if (parked === null && staged === null && openWrite === null) return null;
  return (
    <Stack gap="xs">
      {parked !== null && (
        <Alert
          color="orange"
          icon={<IconParkingCircle aria-hidden />}
          title={texts.parked(parked.detail)}
          role="status"
        >
          <Stack gap={4} align="flex-start">
            <Text size="sm">{nextText(parked.code, parked.hint)}</Text>
            {parked.ignored !== null && (
              <Text size="sm">{texts.ignored(parked.ignored.by, parked.ignored.reason)}</Text>
            )}
            {parked.retryAsked && <Text size="sm">{texts.retryAsked}</Text>}
            <Text size="xs">
              {texts.parkedSince} <Moment at={parked.parkedAt} /> · {texts.parkedCode(parked)}
            </Text>
            <PathLink path={`/c/${connection}/parked`}>{texts.toParked}</PathLink>
          </Stack>
        </Alert>
      )}
      {staged !== null && (
        <Alert color="cyan" role="status" title={texts.staged(staged)}>
          <StartRun connection={connection} wish={{ kind: 'sync' }} size="xs" variant="light">
            {runs.start}
          </StartRun>
        </Alert>
      )}
      {openWrite !== null && (
        <Alert color="orange" role="status">
          {texts.openWrite}
        </Alert>
      )}
    </Stack>
  );
}
