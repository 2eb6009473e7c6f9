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
  readonly progress: {
    readonly phase: 'settle' | 'read' | 'fetch' | 'work' | 'done' | 'offline';
    readonly flow: FlowName;
    readonly detail: string;
  } | null;
  readonly wish: Readonly<Record<string, unknown>>;
  readonly plan: PlanSummary | null;
  readonly reconcile: ReconcileSummary | null;
}

export type ChangeKind = 'create' | 'update' | 'void' | 'link' | 'park';

export interface PlanSummary {
  readonly flows: Readonly<
    Partial<Record<FlowName, Readonly<Record<ChangeKind | 'staged' | 'unchanged', number>>>>
  >;
  readonly writes: number;
  readonly minutes: number;
}

export interface PlannedChange {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly change: ChangeKind;
  readonly differences: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[];
  readonly payload?: unknown;
  readonly code?: string;
  readonly field?: string;
  readonly detail?: string;
  readonly hint?: string;
}

export type FindingClass =
  | 'neverArrived'
  | 'changedInJde'
  | 'goneInJde'
  | 'goneInCin7'
  | 'edited'
  | 'unknownInCin7'
  | 'equal'
  | 'movedOn'
  | 'closed'
  | 'waiting'
  | 'notDue'
  | 'foreign'
  | 'unopened';

export interface SideTotals {
  readonly orders: number;
  readonly sums: Readonly<Record<string, string>>;
}

export interface ReconciledFlow {
  readonly jde: number;
  readonly cin7: number;
  readonly links: number;
  readonly counts: Readonly<Record<FindingClass, number>>;
  readonly waiting: Readonly<Record<string, number>>;
  readonly totals?: { readonly jde: SideTotals; readonly cin7: SideTotals };
}

export interface ReconcileSummary {
  readonly flows: Readonly<Partial<Record<FlowName, ReconciledFlow>>>;
  readonly agree: boolean;
  readonly sentence: string;
  readonly compared: number;
}

export interface Finding {
  readonly seq: number;
  readonly flow: FlowName;
  readonly class: FindingClass;
  readonly recordKey: string | null;
  readonly label: string;
  readonly cin7Id: string | null;
  readonly field: string | null;
  readonly jdeValue: string | null;
  readonly cin7Value: string | null;
  readonly code: string | null;
  readonly explanation: string;
  readonly nextStep: string;
}

export type Standing =
  | 'unfinished'
  | 'offline'
  | 'failing'
  | 'stale'
  | 'paused'
  | 'new'
  | 'running'
  | 'fresh';

export interface ConnectionOverview {
  readonly connection: Pick<Connection, 'id' | 'name' | 'pausedAt' | 'pausedBy'>;
  readonly standing: Standing;
  readonly openRun: Run | null;
  readonly lastRuns: Readonly<Partial<Record<Run['kind'], Run>>>;
  readonly lastSuccessAt: string | null;
  readonly next: { readonly at: string; readonly kind: Run['kind'] } | null;
  readonly parked: Readonly<Partial<Record<FlowName, number>>>;
  readonly ignored: number;
  readonly staged: Readonly<Partial<Record<FlowName, number>>>;
  readonly budget: { readonly used: number; readonly limit: number } | null;
  readonly alarms: readonly {
    readonly event: string;
    readonly title: string;
    readonly since: string;
    readonly times: number;
  }[];
}

export interface DayArrivals {
  readonly day: string;
  readonly created: number;
  readonly updated: number;
  readonly linked: number;
  readonly voided: number;
}

export interface TrailEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly origin: string;
  readonly action: string;
  readonly flow: FlowName | null;
  readonly recordKey: string | null;
  readonly runId: string | null;
  readonly settingsVersion: number | null;
  readonly cin7Id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export type RecordState = 'live' | 'begun' | 'voided' | 'parked' | 'staged' | 'read' | 'mapped';

export interface FoundRecord {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly cin7Number: string;
  readonly state: RecordState;
}

export interface RecordLife {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly state: RecordState;
  readonly jde: readonly {
    readonly table: string;
    readonly rows: readonly {
      readonly key: string;
      readonly values: Readonly<Record<string, string | null>>;
      readonly problems: readonly {
        readonly code: string;
        readonly field: string;
        readonly detail: string;
      }[];
    }[];
  }[];
  readonly cin7: {
    readonly id: string;
    readonly number: string;
    readonly state: 'begun' | 'live' | 'voided';
    readonly page: string | null;
    readonly payload: unknown;
  } | null;
  readonly mapping: {
    readonly target: string | null;
    readonly state: string;
    readonly detail: string;
    readonly updatedBy: string;
  } | null;
  readonly parked: {
    readonly code: string;
    readonly field: string;
    readonly detail: string;
    readonly hint: string;
    readonly parkedAt: string;
    readonly retryAsked: boolean;
    readonly assignee: string | null;
    readonly ignored: { readonly by: string; readonly reason: string; readonly at: string } | null;
  } | null;
  readonly staged: string | null;
  readonly openWrite: { readonly action: string; readonly state: string; readonly sentAt: string } | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
