import { List, Stack, Text } from '@mantine/core';
import { trailValues as texts } from '../texts/trail-values.ts';
import { Differences, type FieldDifference } from './differences.tsx';

/** What an entry of the trail says of a record: number in Cin7, differences, notes, or why it was parked. */
export function TrailValues({ data }: { readonly data: Readonly<Record<string, unknown>> }) {
  const { number, detail, code, field } = textsOf(data);
  const differences = differencesOf(data['differences']);
  const notes = notesOf(data['notes']);
  return (
    <Stack gap={4} align="flex-start">
      {number !== undefined && <Text size="sm">{texts.number(number)}</Text>}
      {detail !== undefined && <Text size="sm">{detail}</Text>}
      {code !== undefined && (
        <Text size="xs" c="dimmed">
          {field === undefined ? code : `${code} · ${field}`}
        </Text>
      )}
      <Differences items={differences} />
      {notes.length > 0 && (
        <List size="sm">
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function textsOf(data: Readonly<Record<string, unknown>>) {
  const text = (name: string): string | undefined => {
    const value = data[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return { number: text('number'), detail: text('detail'), code: text('code'), field: text('field') };
}

function differencesOf(value: unknown): readonly FieldDifference[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each): each is FieldDifference => typeof each === 'object' && each !== null && 'field' in each,
  );
}

function notesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((note): note is string => typeof note === 'string') : [];
}
