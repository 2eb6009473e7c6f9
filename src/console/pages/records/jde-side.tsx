import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { RecordLife } from '../../api/types.ts';
import { type Column, Listing } from '../../components/listing.tsx';
import { Names } from '../../components/names.tsx';
import { columnWords, tableWords } from '../../texts/jde.ts';
import { records as texts } from '../../texts/records.ts';

/** Amounts and quantities stand under each other; other numbers are names. */
const FIGURES: ReadonlySet<string> = new Set(['AEXP', 'FEA', 'PQOR', 'PRRC', 'UORG']);

type Table = RecordLife['jde'][number];
type Values = Table['rows'][number]['values'];

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
  const [first] = rows;
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {tableWords(table)}{' '}
        <Text span size="xs" c="dimmed" fw={400}>
          {table}
        </Text>
      </Title>
      {rows.length === 1 && first !== undefined ? (
        <OneRow values={first.values} />
      ) : (
        <ManyRows table={table} rows={rows} />
      )}
      {rows.flatMap(({ key, problems }) =>
        problems.map(({ code, detail }) => (
          <Text key={`${key} ${code} ${detail}`} size="sm" fw={600}>
            {detail}
          </Text>
        )),
      )}
    </Stack>
  );
}

function OneRow({ values }: { readonly values: Values }) {
  const [all, setAll] = useState(false);
  const entries = Object.entries(values);
  const blank = entries.filter(([, value]) => isBlank(value));
  const shown = all ? entries : entries.filter(([, value]) => !isBlank(value));
  return (
    <Stack gap={4} align="flex-start">
      <Names items={shown.map(namedOf)} />
      {blank.length > 0 && !all && (
        <Button size="compact-sm" variant="subtle" ml={-8} onClick={() => setAll(true)}>
          {texts.blank(blank.length)}
        </Button>
      )}
    </Stack>
  );
}

/** What all rows have in common stands once above the table of what differs. */
function ManyRows({ table, rows }: Table) {
  const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].filter((column) =>
    rows.some(({ values }) => !isBlank(values[column] ?? null)),
  );
  const [{ values: first } = { values: {} as Values }] = rows;
  const isCommon = (column: string): boolean => rows.every(({ values }) => values[column] === first[column]);
  const common = columns.filter(isCommon);
  const differing: readonly Column<Table['rows'][number]>[] = columns
    .filter((column) => !isCommon(column))
    .map((column) => ({
      key: column,
      header: columnWords(column) ?? column,
      numeric: FIGURES.has(column),
      cell: ({ values }) => values[column] ?? '',
    }));
  return (
    <Stack gap="xs">
      <Names items={common.map((column) => namedOf([column, first[column] ?? '']))} />
      <Listing caption={tableWords(table)} rows={rows} rowKey={({ key }) => key} columns={differing} />
    </Stack>
  );
}

function namedOf([column, value]: readonly [string, string | null]) {
  const words = columnWords(column);
  return { name: words ?? column, note: words === undefined ? undefined : column, value: value ?? '' };
}

function isBlank(value: string | null): boolean {
  return value === null || value.trim() === '';
}
