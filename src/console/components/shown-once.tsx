import { Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { once as texts } from '../texts/people.ts';

interface ShownOnceProps {
  readonly title: string;
  /** What to do with it now. */
  readonly text: string;
  /** Undefined: there is nothing to show. */
  readonly value: string | undefined;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** A secret that the server tells this one time. Only the button closes it, so that it is not lost by a stray click. */
export function ShownOnce({ title, text, value, onClose, children }: ShownOnceProps) {
  return (
    <Modal
      opened={value !== undefined}
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text fw={600}>{texts.title}</Text>
        <Text size="sm">{text}</Text>
        <Code block className="breaks" fz="md">
          {value}
        </Code>
        {children}
        <Group justify="flex-end">
          <CopyButton value={value ?? ''}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? texts.copied : texts.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{texts.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
