import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column<T> {
  /** Unique among the columns. */
  readonly key: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  /** A figure: stands on the right. */
  readonly numeric?: boolean;
  /** The header is there for screen readers only, as over buttons. */
  readonly quiet?: boolean;
}

interface ListingProps<T> {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
}

/**
 * A table. Where the window is narrow each row is a card, made by CSS alone; the roles are written out, since browsers forget those of
 * table elements that are no longer displayed as a table.
 */
export function Listing<T>({ caption, columns, rows, rowKey }: ListingProps<T>) {
  return (
    <div className="listing-region">
      <Table className="listing" role="table" aria-label={caption} verticalSpacing="xs" highlightOnHover>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {columns.map(({ key, header, numeric, quiet }) => (
              <Table.Th key={key} role="columnheader" scope="col" ta={numeric === true ? 'right' : 'left'}>
                {quiet === true ? <VisuallyHidden>{header}</VisuallyHidden> : header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)} role="row">
              {columns.map(({ key, header, cell, numeric, quiet }) => (
                <Table.Td
                  key={key}
                  role="cell"
                  data-label={quiet === true ? undefined : header}
                  className={numeric === true ? 'numeric' : ''}
                >
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
