import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface FactProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

/** A word and what is true of it. */
export function Fact({ label, hint, children }: FactProps) {
  return (
    <Stack gap={2}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="div" className="figures">
        {children}
      </Text>
      {hint !== undefined && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </Stack>
  );
}
