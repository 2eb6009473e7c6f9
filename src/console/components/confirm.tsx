import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { common } from '../texts/common.ts';

interface ConfirmProps {
  readonly opened: boolean;
  /** The question. */
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly text: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly busy?: boolean;
  /** Something is lost by it. */
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What has to be entered for it. */
  readonly children?: ReactNode;
}

/** Asks before something is done that cannot easily be taken back. */
export function Confirm({
  opened,
  title,
  text,
  action,
  busy = false,
  danger = false,
  onConfirm,
  onClose,
  children,
}: ConfirmProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': common.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <Stack>
          <Text size="sm">{text}</Text>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={busy} {...(danger ? { color: 'red' } : {})} data-autofocus>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
