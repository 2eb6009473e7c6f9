import type { BookName, Cin7Books, Target } from '../connectors/connector.ts';

/**
 * The reference books of the Cin7 company. Each is read when it is first needed, once per run, whole.
 */
export interface Books {
  get<B extends BookName>(book: B): Promise<readonly Cin7Books[B][]>;
}

export function openBooks(target: Pick<Target, 'readBook'>, signal: AbortSignal): Books {
  const loading = new Map<BookName, Promise<readonly unknown[]>>();
  return {
    get<B extends BookName>(book: B): Promise<readonly Cin7Books[B][]> {
      const known = loading.get(book) ?? target.readBook(book, signal);
      loading.set(book, known);
      // A book that could not be read is asked for again the next time.
      known.catch(() => loading.delete(book));
      // The map holds under each name only what readBook returned for that name.
      return known as Promise<readonly Cin7Books[B][]>;
    },
  };
}

/** Live answers differ from the documentation in the case of statuses. */
export function isActive(status: string): boolean {
  return status.toLowerCase() === 'active';
}
