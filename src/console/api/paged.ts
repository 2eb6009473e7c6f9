import { infiniteQueryOptions } from '@tanstack/react-query';
import { get, type Query } from './client.ts';
import type { Page } from './types.ts';

/** A list that is read page by page. What stands in `query` belongs to the key: another filter is another list. */
export function pagedQuery<T>(path: string, query: Query = {}) {
  return infiniteQueryOptions({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) => get<Page<T>>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null, // The first page has no cursor.
    getNextPageParam: (last) => last.next,
  });
}

/** All entries of the pages that were read so far. */
export function itemsOf<T>(data: { readonly pages: readonly Page<T>[] }): readonly T[] {
  return data.pages.flatMap((page) => page.items);
}
