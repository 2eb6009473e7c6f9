import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { Moment } from '../../components/moment.tsx';
import { nextText } from '../../texts/causes.ts';
import { parked as texts } from '../../texts/parked.ts';
import { ActButtons } from './act-buttons.tsx';
import { type Cause, causeRecords, titleOf } from './causes.ts';
import { ChoiceList } from './choice-list.tsx';
import { RecordList } from './record-list.tsx';

interface CauseCardProps {
  readonly connection: string;
  readonly cause: Cause;
  readonly ignored: boolean;
}

/** Causes after which the link to Cin7 leads nowhere. */
const LINK_BROKEN: ReadonlySet<string> = new Set([
  'cin7.record_gone',
  'purchases.voided_in_cin7',
  'purchases.supplier_changed',
]);

/** One cause: how many wait for it, what to do, and all that can be done here. */
export function CauseCard({ connection, cause, ignored }: CauseCardProps) {
  const [shown, setShown] = useState(false);
  const id = useId();
  const { code, kind, groups } = cause;
  const [first] = groups;
  const selected = { ...cause.selection, ignored };
  const mayRelink = LINK_BROKEN.has(code);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Stack gap="sm">
        <Stack gap={4}>
          <Title order={2} size="h4" id={id}>
            {titleOf(cause)}
          </Title>
          {!ignored && <Text size="sm">{nextText(code, cause.hint)}</Text>}
          {first !== undefined && kind === undefined && (
            <Text size="sm" c="dimmed" className="breaks">
              {texts.example(first.example.label)}: {first.example.detail} ({texts.since}{' '}
              <Moment at={oldest(cause)} ago />)
            </Text>
          )}
        </Stack>
        {kind !== undefined && !ignored && <ChoiceList connection={connection} cause={cause} kind={kind} />}
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-expanded={shown}
            rightSection={
              shown ? <IconChevronUp size={14} aria-hidden /> : <IconChevronDown size={14} aria-hidden />
            }
            onClick={() => setShown(!shown)}
          >
            {shown ? texts.hideRecords : texts.records}
          </Button>
          <ActButtons
            connection={connection}
            selection={{ cause: selected }}
            records={causeRecords(cause)}
            ignored={ignored}
            mayRelink={mayRelink}
          />
        </Group>
        {shown && <RecordList connection={connection} cause={selected} mayRelink={mayRelink} />}
      </Stack>
    </Paper>
  );
}

function oldest(cause: Cause): string {
  return cause.groups.map(({ oldestAt }) => oldestAt).toSorted()[0] ?? '';
}
