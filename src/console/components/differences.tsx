import { Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { fieldWords, differences as texts } from '../texts/differences.ts';

export interface FieldDifference {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

const SHOWN = 5;

/** Which fields change, from what to what. */
export function Differences({ items }: { readonly items: readonly FieldDifference[] }) {
  const [all, setAll] = useState(false);
  if (items.length === 0) return null;
  const shown = all ? items : items.slice(0, SHOWN);
  return (
    <Stack gap={4} align="flex-start">
      <List listStyleType="none" spacing={4} size="sm">
        {shown.map(({ field, from, to }) => (
          <List.Item key={field}>
            <Text span size="sm" fw={500} title={field}>
              {fieldWords(field)}
            </Text>{' '}
            <Group gap={4} wrap="wrap" display="inline-flex">
              <Value value={from} />
              <span role="img" aria-label={texts.becomes}>
                →
              </span>
              <Value value={to} />
            </Group>
          </List.Item>
        ))}
      </List>
      {items.length > SHOWN && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? texts.fewer : texts.all(items.length)}
        </Button>
      )}
    </Stack>
  );
}

interface ValueProps {
  readonly value: unknown;
  /** As text like all other; otherwise set off from the words around it. */
  readonly plain?: boolean;
}

/** A value of a document, as people read it. */
export function Value({ value, plain = false }: ValueProps) {
  if (isNothing(value))
    return (
      <Text span size="sm" c="dimmed" fs="italic">
        {texts.nothing}
      </Text>
    );
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (plain) return <span className="breaks">{text}</span>;
  return <Code className="breaks">{text}</Code>;
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
