/** Answers of the API as the console uses them. Shapes as in /api/v1/openapi.json; each is checked by the server before it leaves. */

export type Role = 'viewer' | 'operator' | 'admin';

export interface Me {
  readonly kind: 'user' | 'token';
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: string;
  readonly reauthenticatedAt: string | null;
  readonly method: 'password' | 'oidc' | null;
  readonly user: {
    readonly hasPassword: boolean;
    readonly totpEnabled: boolean;
    readonly recoveryCodesLeft: number;
  } | null;
}

export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly origin: 'file' | 'api';
  readonly settingsVersion: number;
  readonly createdAt: string;
  readonly pausedAt: string | null;
  readonly pausedBy: string | null;
}

export type FlowName = 'accounts' | 'suppliers' | 'purchases';

export type Outcome = 'created' | 'updated' | 'linked' | 'unchanged' | 'voided' | 'parked';

export type Counters = Readonly<
  Record<'staged' | Outcome | 'left' | 'rowsRead' | 'rowsChanged' | 'notDue' | 'unmatched', number>
>;

export interface Run {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: 'sync' | 'plan' | 'reconcile' | 'backfill';
  readonly state: 'queued' | 'running' | 'skipped' | 'succeeded' | 'failed' | 'stopped' | 'interrupted';
  readonly trigger: 'person' | 'schedule' | 'hook';
  readonly requestedBy: string;
  readonly settingsVersion: number;
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly seconds: number | null;
  readonly stopAskedBy: string | null;
  readonly fault: { readonly code: string; readonly text: string; readonly hint: string } | null;
  readonly flows: Readonly<Partial<Record<FlowName, Counters>>>;
  readonly calls: { readonly jde: number; readonly cin7: number };
  readonly refusals: number;
  readonly progress: { readonly phase: string; readonly flow: string; readonly detail: string } | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
