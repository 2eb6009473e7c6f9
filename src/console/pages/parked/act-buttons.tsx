import { Group, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ParkedSelection } from '../../api/parked.ts';
import { Confirm } from '../../components/confirm.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { parked as texts } from '../../texts/parked.ts';
import { useParkedActs } from './acts.ts';

interface ActButtonsProps {
  readonly connection: string;
  readonly selection: ParkedSelection;
  /** `37 purchase orders` */
  readonly records: string;
  /** They are set aside now. */
  readonly ignored: boolean;
  /** Their link to Cin7 may have to be forgotten. */
  readonly mayRelink: boolean;
  readonly refusal?: string | undefined;
  readonly onDone?: () => void;
}

type Open = 'ignore' | 'assign' | 'relink' | undefined;

const REASON_CHARS_MIN = 3;

/** Try again, set aside with a reason, assign; for one cause or for chosen records. */
export function ActButtons({
  connection,
  selection,
  records,
  ignored,
  mayRelink,
  refusal,
  onDone,
}: ActButtonsProps) {
  const [open, setOpen] = useState<Open>();
  const [reason, setReason] = useState('');
  const [assignee, setAssignee] = useState('');
  const close = (): void => setOpen(undefined);
  const { retry, ignore, assign } = useParkedActs(connection, () => {
    close();
    setReason('');
    onDone?.();
  });
  const button = { role: 'operator', size: 'xs', variant: 'default', refusal } as const;
  return (
    <Group gap="xs">
      {ignored ? (
        <MayButton
          {...button}
          loading={ignore.isPending}
          onClick={() => ignore.mutate({ ...selection, reason: null })}
        >
          {texts.unignore}
        </MayButton>
      ) : (
        <>
          <MayButton {...button} loading={retry.isPending} onClick={() => retry.mutate(selection)}>
            {texts.retry}
          </MayButton>
          {mayRelink && (
            <MayButton {...button} onClick={() => setOpen('relink')}>
              {texts.relink}
            </MayButton>
          )}
          <MayButton {...button} onClick={() => setOpen('assign')}>
            {texts.assign}
          </MayButton>
          <MayButton {...button} onClick={() => setOpen('ignore')}>
            {texts.ignore}
          </MayButton>
        </>
      )}
      <Confirm
        opened={open === 'relink'}
        title={texts.relinkTitle}
        text={texts.relinkText(records)}
        action={texts.relink}
        danger
        busy={retry.isPending}
        onClose={close}
        onConfirm={() => retry.mutate({ ...selection, relink: true })}
      />
      <Confirm
        opened={open === 'ignore'}
        title={texts.ignoreTitle}
        text={texts.ignoreText(records)}
        action={texts.ignoreDo}
        busy={ignore.isPending}
        onClose={close}
        onConfirm={() => ignore.mutate({ ...selection, reason: reason.trim() })}
      >
        <Textarea
          label={texts.reason}
          description={texts.reasonHint}
          required
          minLength={REASON_CHARS_MIN}
          maxLength={500}
          autosize
          minRows={2}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Confirm>
      <Confirm
        opened={open === 'assign'}
        title={texts.assignTitle}
        text={texts.assignText(records)}
        action={texts.assignDo}
        busy={assign.isPending}
        onClose={close}
        onConfirm={() =>
          assign.mutate({ ...selection, assignee: assignee.trim() === '' ? null : assignee.trim() })
        }
      >
        <TextInput
          label={texts.assignWho}
          description={texts.assignHint}
          maxLength={100}
          data-autofocus
          value={assignee}
          onChange={(event) => setAssignee(event.currentTarget.value)}
        />
      </Confirm>
    </Group>
  );
}
