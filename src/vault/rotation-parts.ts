import type { Db } from '../store/database.ts';
import type { Keyring } from './keyring.ts';

/** What the vault and the changes of its keys work with. */
export interface RotationParts {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly now: () => number;
}
