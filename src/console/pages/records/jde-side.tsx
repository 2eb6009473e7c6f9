import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { RecordLife } from '../../api/types.ts';
import { Names } from '../../components/names.tsx';
import { columnWords, tableWords } from '../../texts/jde.ts';
import { records as texts } from '../../texts/records.ts';

type Table = RecordLife['jde'][number];

/** What JDE said last, table by table, in words and with its own names. */
export function JdeSide({ tables }: { readonly tables: readonly Table[] }) {
  return (
    <Card withBorder component="section" aria-label={texts.jde}>
      <Stack gap="md">
        <Stack gap={0}>
          <Title order={2} size="h4">
            {texts.jde}
          </Title>
          <Text size="sm" c="dimmed">
            {tables.length === 0 ? texts.jdeNone : texts.jdeLead}
          </Text>
        </Stack>
        {tables.map((table) => (
          <TableRows key={table.table} table={table} />
        ))}
      </Stack>
    </Card>
  );
}

function TableRows({ table: { table, rows } }: { readonly table: Table }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {tableWords(table)}{' '}
        <Text span size="xs" c="dimmed" fw={400}>
          {table}
        </Text>
      </Title>
      {rows.map((row, index) => (
        <Stack key={row.key} gap={4}>
          {rows.length > 1 && (
            <Text size="xs" c="dimmed">
              {texts.row(index + 1, rows.length)}
            </Text>
          )}
          <RowValues values={row.values} />
          {row.problems.map(({ code, detail }) => (
            <Text key={`${code} ${detail}`} size="sm" c="red">
              {detail}
            </Text>
          ))}
        </Stack>
      ))}
    </Stack>
  );
}

function RowValues({ values }: { readonly values: Readonly<Record<string, string | null>> }) {
  const [all, setAll] = useState(false);
  const entries = Object.entries(values);
  const blank = entries.filter(([, value]) => isBlank(value));
  const shown = all ? entries : entries.filter(([, value]) => !isBlank(value));
  return (
    <Stack gap={4} align="flex-start">
      <Names
        items={shown.map(([column, value]) => ({
          name: columnWords(column) ?? column,
          note: columnWords(column) === undefined ? undefined : column,
          value: value ?? '',
        }))}
      />
      {blank.length > 0 && !all && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {texts.blank(blank.length)}
        </Button>
      )}
    </Stack>
  );
}

function isBlank(value: string | null): boolean {
  return value === null || value.trim() === '';
}
