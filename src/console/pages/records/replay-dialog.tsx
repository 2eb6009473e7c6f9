import { Button, Group, Modal, Radio, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../api/act.ts';
import { applyReplay, replayPlanQuery, SEND_WAYS, type SendWay } from '../../api/replay.ts';
import type { RecordLife } from '../../api/types.ts';
import { Problem } from '../../components/problem.tsx';
import { common } from '../../texts/common.ts';
import { flowWord } from '../../texts/flows.ts';
import { replayTexts as texts } from '../../texts/replay.ts';
import { isWorthSending, ReplayPlan } from './replay-plan.tsx';

interface ReplayDialogProps {
  readonly connection: string;
  readonly record: RecordLife;
  readonly way: SendWay;
  readonly onWay: (way: SendWay) => void;
  readonly onClose: () => void;
}

/** Shows what sending a record once more would do, and has it done after the person agreed. */
export function ReplayDialog({ connection, record, way, onWay, onClose }: ReplayDialogProps) {
  const { flow, recordKey, label, cin7 } = record;
  const of = { connection, flow, recordKey, way };
  const plan = useQuery(replayPlanQuery(of));
  const send = useAct(() => applyReplay(of), { told: texts.done, onDone: onClose });
  const name = cin7 === null || cin7.number === '' ? label : cin7.number;
  const worth = plan.data !== undefined && isWorthSending(plan.data);
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={texts.title(label)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        {cin7 !== null && <Ways name={nameInWords(record, name)} way={way} onWay={onWay} />}
        <Stack gap="xs" component="section" aria-label={texts.would} aria-live="polite">
          <Title order={3} size="h5">
            {texts.would}
          </Title>
          {plan.isError && !plan.isFetching ? (
            <Problem error={plan.error} />
          ) : plan.data === undefined || plan.isFetching ? (
            <Text size="sm" c="dimmed">
              {texts.asking}
            </Text>
          ) : (
            <ReplayPlan replay={plan.data} way={way} name={nameInWords(record, name)} />
          )}
        </Stack>
        {worth && (
          <Text size="sm">
            {way === 'anew' ? texts.confirm.anew(nameInWords(record, name)) : texts.confirm.again}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {worth ? common.cancel : common.close}
          </Button>
          {worth && (
            <Button
              loading={send.isPending}
              onClick={() => send.mutate()}
              {...(way === 'anew' ? { color: 'red' } : {})}
            >
              {texts.go[way]}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

/** Suppliers have no number in Cin7: they are called by their name. */
function nameInWords({ flow, cin7 }: RecordLife, name: string): string {
  return cin7 === null || cin7.number === '' ? `${flowWord(flow).toLowerCase()} ${name}` : name;
}

interface WaysProps {
  readonly name: string;
  readonly way: SendWay;
  readonly onWay: (way: SendWay) => void;
}

function Ways({ name, way, onWay }: WaysProps) {
  return (
    <Radio.Group
      label={texts.way}
      value={way}
      onChange={(chosen) => {
        const known = SEND_WAYS.find((each) => each === chosen);
        if (known !== undefined) onWay(known);
      }}
    >
      <Stack gap="xs" mt={4}>
        {SEND_WAYS.map((each) => (
          <Radio key={each} value={each} label={texts.ways[each]} description={texts.wayHints[each](name)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
