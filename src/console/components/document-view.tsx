import { Stack, Title } from '@mantine/core';
import { fieldWords } from '../texts/differences.ts';
import { Value } from './differences.tsx';
import { type Column, Listing } from './listing.tsx';
import { Names } from './names.tsx';

/** What stands under each other in the lines of Cin7; other numbers are names. */
const FIGURES: ReadonlySet<string> = new Set(['Quantity', 'Price', 'Discount', 'Tax', 'Total']);

type Document = Readonly<Record<string, unknown>>;

/** A document of any shape, for people: its values, its parts, its lists as tables. */
export function DocumentView({ document, title }: { readonly document: Document; readonly title?: string }) {
  const entries = Object.entries(document);
  const values = entries.filter(
    ([name, value]) => !isTechnical(name) && !isDocument(value) && !isList(value),
  );
  const parts = entries.filter((entry): entry is [string, Document] => isDocument(entry[1]));
  const lists = entries.filter((entry): entry is [string, readonly Document[]] => isList(entry[1]));
  return (
    <Stack gap="sm">
      {title !== undefined && (
        <Title order={3} size="h6">
          {title}
        </Title>
      )}
      {values.length > 0 && (
        <Names
          items={values.map(([name, value]) => ({
            name: fieldWords(name),
            value: <Value value={value} plain />,
          }))}
        />
      )}
      {parts.map(([name, part]) => (
        <DocumentView key={name} title={fieldWords(name)} document={part} />
      ))}
      {lists.map(([name, rows]) => (
        <Rows key={name} title={fieldWords(name)} rows={rows} />
      ))}
    </Stack>
  );
}

function Rows({ title, rows }: { readonly title: string; readonly rows: readonly Document[] }) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !isTechnical(name));
  const columns: readonly Column<{ readonly row: Document; readonly place: number }>[] = names.map(
    (name) => ({
      key: name,
      header: fieldWords(name),
      numeric: FIGURES.has(name),
      cell: ({ row }) => <Value value={row[name]} plain />,
    }),
  );
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        {title}
      </Title>
      <Listing
        caption={title}
        rows={rows.map((row, place) => ({ row, place }))}
        rowKey={({ place }) => String(place)}
        columns={columns}
      />
    </Stack>
  );
}

/** Ids of Cin7 say nothing to people. */
function isTechnical(name: string): boolean {
  return name.endsWith('ID');
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly Document[] {
  return Array.isArray(value) && value.length > 0 && value.every(isDocument);
}
