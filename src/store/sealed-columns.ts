import type { Db } from './database.ts';

/** A text that is sealed with a data key of `system` and stands in the table of what it belongs to. */
export interface SealedText {
  readonly rowId: string;
  /** The name that it was sealed under. */
  readonly name: string;
  readonly sealed: string;
}

interface Page {
  readonly afterId: string;
  readonly limit: number;
}

/** A column of sealed texts. All of them are listed below: a change of keys seals them anew, or they would be lost with the key. */
export interface SealedColumn {
  readonly column: string;
  list(db: Db, page: Page): Promise<readonly SealedText[]>;
  /** Unless the text was changed meanwhile. */
  replace(tx: Db, text: SealedText, sealed: string): Promise<void>;
}

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  columnOfUsers('totp_secret'),
  columnOfUsers('totp_pending'),
  {
    column: 'sessions.id_token',
    async list(db, { afterId, limit }) {
      const rows = await db
        .selectFrom('sessions')
        .select(['id', 'id_token as sealed'])
        .where('id_token', 'is not', null)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => textOf(row, `session:${row.id}:id-token`));
    },
    async replace(tx, text, sealed) {
      await tx
        .updateTable('sessions')
        .set({ id_token: sealed })
        .where('id', '=', text.rowId)
        .where('id_token', '=', text.sealed)
        .execute();
    },
  },
];

function columnOfUsers(column: 'totp_secret' | 'totp_pending'): SealedColumn {
  return {
    column: `users.${column}`,
    async list(db, { afterId, limit }) {
      const rows = await db
        .selectFrom('users')
        .select(['id', `${column} as sealed`])
        .where(column, 'is not', null)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => textOf(row, `user:${row.id}:totp`));
    },
    async replace(tx, text, sealed) {
      await tx
        .updateTable('users')
        .set({ [column]: sealed })
        .where('id', '=', text.rowId)
        .where(column, '=', text.sealed)
        .execute();
    },
  };
}

/** The statements leave out rows without a text. */
function textOf(row: { readonly id: string; readonly sealed: string | null }, name: string): SealedText {
  return { rowId: row.id, name, sealed: row.sealed ?? '' };
}
