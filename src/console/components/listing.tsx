import { Table, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useCallback, useState } from 'react';
import { figure } from '../texts/figures.ts';

/** Stands in a table where there is nothing to count. */
export const NONE = '–';

export interface Column<T> {
  /** Unique among the columns. */
  readonly key: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  /** A figure: stands on the right. */
  readonly numeric?: boolean;
  /** The header is there for screen readers only, as over buttons. */
  readonly quiet?: boolean;
  /** Needs room, as what is entered: on a card it stands under its header. */
  readonly wide?: boolean;
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
  const region = useScrollRegion();
  return (
    <div
      className="listing-region"
      ref={region.ref}
      // What scrolls must be reached by keyboard; what does not is no stop on the way.
      {...(region.scrolls ? { role: 'region', 'aria-label': caption, tabIndex: 0 } : {})}
    >
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
              {columns.map(({ key, header, cell, numeric, quiet, wide }) => {
                const value = cell(row);
                return (
                  <Table.Td
                    key={key}
                    role="cell"
                    data-label={quiet === true ? undefined : header}
                    data-empty={isEmpty(value) || undefined}
                    data-wide={wide === true || undefined}
                    className={numeric === true ? 'numeric' : ''}
                  >
                    <div>{typeof value === 'number' ? figure(value) : value}</div>
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Cards leave out what is empty; tables show where nothing stands. */
function isEmpty(value: ReactNode): boolean {
  return value === null || value === undefined || value === '' || value === NONE;
}

/** Whether the table is wider than its place. */
function useScrollRegion() {
  const [scrolls, setScrolls] = useState(false);
  const ref = useCallback((place: HTMLDivElement | null) => {
    if (place === null) return undefined;
    const look = (): void => setScrolls(place.scrollWidth > place.clientWidth);
    const observer = new ResizeObserver(look);
    observer.observe(place);
    if (place.firstElementChild !== null) observer.observe(place.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return { ref, scrolls };
}
