import type { JdeRow } from './rows.ts';

/** A user of the simulated environment. May be changed while the simulator runs. */
export interface JdeUser {
  user: string;
  password: string;
  /** Environments the user may sign in to; default: all of the simulator. */
  environments?: string[];
  /** Roles besides *ALL; a sign-in with another role is refused. */
  roles?: string[];
  state?: 'ok' | 'locked' | 'disabled' | 'expired';
  /** The user's date format, which date literals in conditions must have; default MM/dd/yyyy. */
  simpleDateFormat?: DateFormat;
  addressNumber?: number;
  /** Row security, by table: only rows for which this holds are seen. Silent. */
  rowSecurity?: Record<string, (row: JdeRow) => boolean>;
  /** Column security: `F0101.TAX` is missing from rows and columns. */
  hiddenColumns?: string[];
  /** Data privacy: the column shows asterisks. */
  maskedColumns?: string[];
}

/** The user's preference and its code in a sign-in answer (E: year with four digits). */
export const DATE_FORMAT_CODES = {
  'MM/dd/yyyy': 'MDE',
  'dd/MM/yyyy': 'DME',
  'yyyy/MM/dd': 'EMD',
  'MM/dd/yy': 'MDY',
  'dd/MM/yy': 'DMY',
  'yy/MM/dd': 'YMD',
} as const;

export type DateFormat = keyof typeof DATE_FORMAT_CODES;

export const DEFAULT_DATE_FORMAT: DateFormat = 'MM/dd/yyyy';
export const DEFAULT_ROLE = '*ALL';

export function mayUseRole(user: JdeUser, role: string): boolean {
  return role === DEFAULT_ROLE || (user.roles ?? []).includes(role);
}
