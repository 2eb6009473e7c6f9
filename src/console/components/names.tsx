import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Named {
  readonly name: string;
  /** The technical name beside it. */
  readonly note?: string | undefined;
  readonly value: ReactNode;
}

/** Names and values under each other. */
export function Names({ items }: { readonly items: readonly Named[] }) {
  return (
    <dl className="names">
      {items.map(({ name, note, value }) => (
        <div key={`${name} ${note ?? ''}`}>
          <dt>
            {name}
            {note !== undefined && (
              <Text span size="xs" c="dimmed">
                {' '}
                {note}
              </Text>
            )}
          </dt>
          <dd className="breaks">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
