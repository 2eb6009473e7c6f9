import type { CrosswalkKind } from '../config/settings.ts';
import type { BookName, Cin7Books } from '../connectors/connector.ts';
import { type Books, openBooks } from '../crosswalk/books.ts';
import type { ListedConnection } from '../store/connections-admin.ts';
import type { Requester } from '../sync/ports.ts';
import type { Connections } from './connections.ts';

/** Reading the books costs calls of the allowance, so what was read is shown for a while. */
const FRESH_MS = 15 * 60_000;
const READ_MS_MAX = 120_000;

interface Kept {
  readonly atMs: number;
  readonly books: Books;
}

/** One entry that a code can be mapped to. */
export interface BookEntry {
  readonly target: string;
  readonly label: string;
  readonly active: boolean;
}

/** Cin7's reference books, for people who choose from them. */
export class BookShelf {
  readonly #connections: Connections;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(connections: Connections, now: () => number) {
    this.#connections = connections;
    this.#now = now;
  }

  /** The books of a connection as they were a few minutes ago, or now when `refresh` asks for it. */
  async of(connection: ListedConnection, requester: Requester, refresh = false): Promise<Books> {
    const kept = this.#kept.get(connection.id);
    if (kept !== undefined && !refresh && this.#now() - kept.atMs < FRESH_MS) return kept.books;
    const books = this.#open(connection, requester);
    this.#kept.set(connection.id, { atMs: this.#now(), books });
    return books;
  }

  /** Opens the connection for each book that is asked for, and closes it again. */
  #open(connection: ListedConnection, requester: Requester): Books {
    const connections = this.#connections;
    return openBooks(
      {
        async readBook<B extends BookName>(book: B, signal: AbortSignal): Promise<readonly Cin7Books[B][]> {
          const open = await connections.open(connection, requester);
          try {
            return await open.target.readBook(
              book,
              AbortSignal.any([signal, AbortSignal.timeout(READ_MS_MAX)]),
            );
          } finally {
            await open.close();
          }
        },
      },
      new AbortController().signal,
    );
  }
}

/** What a kind of code can be mapped to; empty where Cin7 has no book of it (currencies, countries). */
export async function entriesOf(kind: CrosswalkKind, books: Books): Promise<readonly BookEntry[]> {
  switch (kind) {
    case 'account':
      return (await books.get('accounts')).map((account) => ({
        target: account.Code,
        label: account.Name,
        active: account.Status.toLowerCase() === 'active',
      }));
    case 'paymentTerm':
      return (await books.get('paymentTerms')).map((term) => ({
        target: term.Name,
        label: term.Name,
        active: term.IsActive,
      }));
    case 'taxRule':
      return (await books.get('taxRules')).map((rule) => ({
        target: rule.Name,
        label: rule.Name,
        active: rule.IsActive,
      }));
    case 'location':
      return (await books.get('locations')).map((location) => ({
        target: location.Name,
        label: location.Name,
        active: !location.IsDeprecated,
      }));
    case 'unit':
      return (await books.get('units')).map((unit) => ({
        target: unit.Name,
        label: unit.Name,
        active: true,
      }));
    case 'item':
    case 'serviceProduct':
      return (await books.get('products'))
        .filter((product) => (kind === 'item') !== (product.Type.toLowerCase() === 'service'))
        .map((product) => ({
          target: product.SKU,
          label: product.Name,
          active: product.Status.toLowerCase() !== 'deprecated',
        }));
    case 'currency':
    case 'country':
      return [];
  }
}
