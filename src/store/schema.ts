import type { Generated } from 'kysely';

/**
 * The tables. Amounts are decimal text, moments UTC milliseconds, flags 0 or 1, documents JSON text, so that one set of
 * queries serves SQLite and PostgreSQL.
 */
export interface Schema {
  connections: ConnectionTable;
  settings_versions: SettingsVersionTable;
  runs: RunTable;
  leases: LeaseTable;
  watermarks: WatermarkTable;
  read_positions: ReadPositionTable;
  source_rows: SourceRowTable;
  stage: StageTable;
  links: LinkTable;
  parked: ParkedTable;
  intents: IntentTable;
  crosswalk: CrosswalkTable;
  trail: TrailTable;
  trail_heads: TrailHeadTable;
  trail_summaries: TrailSummaryTable;
  budget_slots: BudgetSlotTable;
  marks: MarkTable;
  sweep: SweepTable;
  findings: FindingTable;
  foreign_purchases: ForeignPurchaseTable;
  backfills: BackfillTable;
  notice_channels: NoticeChannelTable;
  notices: NoticeTable;
  notice_deliveries: NoticeDeliveryTable;
  notice_troubles: NoticeTroubleTable;
  schedules: ScheduleTable;
  planned_changes: PlannedChangeTable;
  idempotency_keys: IdempotencyKeyTable;
  processes: ProcessTable;
  users: UserTable;
  recovery_codes: RecoveryCodeTable;
  sessions: SessionTable;
  sign_in_tickets: SignInTicketTable;
  api_tokens: ApiTokenTable;
  sign_in_attempts: SignInAttemptTable;
  known_addresses: KnownAddressTable;
  identities: IdentityTable;
  oidc_flows: OidcFlowTable;
  set_up_tokens: SetUpTokenTable;
  master_keys: MasterKeyTable;
  data_keys: DataKeyTable;
  secrets: SecretTable;
}

export interface ConnectionTable {
  id: string;
  name: string;
  settings_version: number;
  created_at: number;
  /** file (ml-connector.yaml) or api */
  origin: Generated<string>;
  /** Since when schedules of the connection rest; null: they do not. */
  paused_at: number | null;
  paused_by: string | null;
}

/** Each change of the settings is a version; runs and trail entries name the version they used. */
export interface SettingsVersionTable {
  connection_id: string;
  version: number;
  hash: string;
  settings: string;
  created_at: number;
}

export interface RunTable {
  id: string;
  connection_id: string;
  /** sync, plan, reconcile, backfill */
  kind: string;
  /** queued, running, skipped, succeeded, failed, stopped, interrupted */
  state: string;
  lease_number: number;
  settings_version: number;
  requested_by: string;
  started_at: number;
  ended_at: number | null;
  fault_code: string | null;
  fault_text: string | null;
  /** Counters per flow, kept up to date in the transaction of each outcome. */
  summary: string;
  /** person, schedule, hook, demo */
  trigger: Generated<string>;
  /** What was asked for beyond the kind: flows, key ranges. JSON. */
  options: Generated<string>;
  requested_from: Generated<string>;
  queued_at: Generated<number>;
  /** Who asked the run to stop; it does at its next heartbeat. */
  stop_asked_by: string | null;
  /** What the run is at, for people who watch. JSON; written about once a second. */
  progress: string | null;
}

/** One row per connection. The number rises with every run; each write of a run checks it (fencing). */
export interface LeaseTable {
  connection_id: string;
  number: number;
  holder: string | null;
  expires_at: number;
}

export interface WatermarkTable {
  connection_id: string;
  table_name: string;
  /** The day (`yyyy-MM-dd`) up to which changes have been read. */
  changed_until: string;
  run_id: string;
  updated_at: number;
}

/** A read that has not come to its end: where to go on. Deleted when the watermark moves. */
export interface ReadPositionTable {
  connection_id: string;
  table_name: string;
  changed_since: string | null;
  /** The JDE server's day when the read began; the watermark never passes it. */
  started_day: string;
  max_seen: string | null;
  last_key: string;
  rows_read: number;
  updated_at: number;
}

/** The last known state of each JDE row: what records are assembled from, and what a re-read row is compared with. */
export interface SourceRowTable {
  connection_id: string;
  table_name: string;
  row_key: string;
  record_key: string;
  hash: string;
  data: string;
  read_at: number;
}

/** Records waiting to be worked on. A row leaves only in the transaction that stores its outcome. */
export interface StageTable {
  connection_id: string;
  flow: string;
  record_key: string;
  /** changed, waiting (was parked), remap (settings or crosswalk changed), retry (asked by a person), backfill */
  reason: string;
  /** 1: its rows must be read again by key before it is assembled. */
  needs_fetch: number;
  staged_at: number;
}

export interface LinkTable {
  connection_id: string;
  flow: string;
  record_key: string;
  cin7_id: string;
  cin7_number: string;
  /** begun, live, voided */
  state: string;
  label: string;
  /** Case-folded name under which a supplier stands in Cin7; empty for purchases. */
  name_key: string;
  fingerprint: string;
  payload: string;
  /** What Cin7 answered and later writes need: ids of nested rows. */
  details: string;
  settings_version: number;
  run_id: string;
  created_at: number;
  updated_at: number;
}

export interface ParkedTable {
  connection_id: string;
  flow: string;
  record_key: string;
  label: string;
  code: string;
  field: string;
  detail: string;
  /** Fingerprint of the payload that Cin7 refused; null when nothing was sent. An equal payload is not sent again. */
  fingerprint: string | null;
  /** 1: a person asked for another try. */
  retry_asked: number;
  parked_at: number;
  seen_at: number;
  run_id: string;
  /** What it waits for, such as `crosswalk:item:MM-1`; empty when it waits for nothing that others wait for, too. */
  subject: Generated<string>;
  /** Who decided that the record need not arrive, and why. It counts no more until it is parked for another cause. */
  ignored_by: string | null;
  ignored_reason: string | null;
  ignored_at: number | null;
  /** Who takes care of it. */
  assignee: string | null;
}

/** A durable note of a write that may be sent. At most one open intent per record. */
export interface IntentTable {
  id: Generated<number>;
  connection_id: string;
  flow: string;
  record_key: string;
  /** create, update, void, redo */
  action: string;
  /** planned, sent, header_done; settled intents are deleted with their outcome */
  state: string;
  label: string;
  fingerprint: string;
  payload: string;
  cin7_id: string | null;
  cin7_number: string | null;
  run_id: string;
  sent_at: number;
}

export interface CrosswalkTable {
  connection_id: string;
  kind: string;
  code: string;
  label: string;
  target: string | null;
  /** matched, confirmed, ambiguous, unmatched, ignored, broken */
  state: string;
  /** auto, person, import */
  origin: string;
  detail: string;
  updated_at: number;
  updated_by: string;
}

export interface TrailTable {
  /** Connection id, or `system`. */
  chain: string;
  seq: number;
  at: number;
  actor: string;
  origin: string;
  action: string;
  flow: string | null;
  record_key: string | null;
  run_id: string | null;
  settings_version: number | null;
  cin7_id: string | null;
  data: string;
  prev_hash: string;
  hash: string;
}

/** The end of each chain, noted apart from its entries: entries cut off at the end are missed, and appends wait for each other here. */
export interface TrailHeadTable {
  chain: string;
  seq: number;
  hash: string;
  /** The latest moment of any entry. */
  latest_at: number;
  /** How far an entry ever lay behind an earlier one: clocks are set back, and processes differ. */
  backwards_ms: number;
}

/** What was removed from a chain after its retention, signed. The entries between `first_seq` and `last_seq` are gone but for those kept. */
export interface TrailSummaryTable {
  chain: string;
  first_seq: number;
  last_seq: number;
  first_at: number;
  last_at: number;
  removed: number;
  /** Entries that still tell of a record's last write. */
  kept: number;
  /** Hash over the hashes of those kept, in order. */
  kept_hash: string;
  /** JSON: how many of each action were removed. */
  actions: string;
  first_prev_hash: string;
  last_hash: string;
  created_at: number;
  key_id: string;
  signature: string;
}

export interface BudgetSlotTable {
  id: Generated<number>;
  key_hash: string;
  started_at: number;
  released_at: number | null;
}

/** Small facts that must outlive a run, such as "look for purchases of an earlier life of this store". */
export interface MarkTable {
  connection_id: string;
  name: string;
  value: string;
  updated_at: number;
}

/** When runs of a connection start by themselves. Either `cron` or `every_seconds`. */
export interface ScheduleTable {
  id: string;
  connection_id: string;
  /** sync, plan, reconcile, backfill */
  kind: string;
  /** JSON list of flow names; empty: all that the connection has switched on. */
  flows: string;
  cron: string | null;
  time_zone: string;
  every_seconds: number | null;
  enabled: number;
  next_run_at: number | null;
  /** The moment the last run was due, which may be before it could start. */
  last_due_at: number | null;
  last_run_id: string | null;
  /** What became of the last due moment, in a sentence. */
  last_note: string;
  created_at: number;
  updated_at: number;
}

/** What a plan found, kept so that people can page through it. */
export interface PlannedChangeTable {
  run_id: string;
  seq: number;
  connection_id: string;
  flow: string;
  kind: string;
  record_key: string;
  data: string;
}

/** Answers to posts that start things, so that the same post sent again starts nothing twice. */
export interface IdempotencyKeyTable {
  principal: string;
  key: string;
  request_hash: string;
  /** Null while the first post is still at work. */
  status: number | null;
  answer: string | null;
  created_at: number;
}

/** Processes that share the store. */
export interface ProcessTable {
  id: string;
  /** serve, worker */
  role: string;
  host: string;
  pid: number;
  version: string;
  started_at: number;
  seen_at: number;
}

/** Where notices go. Addresses that are secrets and passwords lie in the vault. */
export interface NoticeChannelTable {
  id: string;
  name: string;
  /** webhook, email, slack */
  kind: string;
  settings: string;
  /** JSON list of event names; null: all. */
  events: string | null;
  /** JSON list of connection ids; null: all. */
  connections: string | null;
  enabled: number;
  created_at: number;
  updated_at: number;
}

/** What is to be told, in words that are ready. Never changed. */
export interface NoticeTable {
  id: string;
  event: string;
  /** raised, repeated, resolved, test */
  state: string;
  connection_id: string | null;
  run_id: string | null;
  message: string;
  at: number;
}

/** One notice on its way to one channel. */
export interface NoticeDeliveryTable {
  id: string;
  notice_id: string;
  channel_id: string;
  /** waiting, delivered, failed */
  state: string;
  attempts: number;
  next_at: number;
  /** Until then it belongs to the process that is sending it. */
  claimed_until: number;
  claimed_by: string | null;
  give_up_at: number;
  last_error: string | null;
  created_at: number;
  ended_at: number | null;
}

/** Trouble that is not over yet, so that it is not told each time it is met. */
export interface NoticeTroubleTable {
  dedup_key: string;
  event: string;
  connection_id: string | null;
  title: string;
  first_at: number;
  last_at: number;
  times: number;
  /** When it was last told; null: not yet. */
  told_at: number | null;
  times_told: number;
}

export interface UserTable {
  id: string;
  /** As it is shown. */
  name: string;
  /** Case-folded: what a person types to sign in. */
  name_key: string;
  /** viewer, operator, admin */
  role: string;
  /** local, or oidc: made by a sign-in at the provider, whose claims decide the role each time */
  origin: string;
  /** PHC string; null: signs in at the OpenID provider only. */
  password_hash: string | null;
  password_changed_at: number | null;
  /** Not null: given by somebody else, to be replaced at the first sign-in, worthless after this moment. */
  password_expires_at: number | null;
  /** A secret in the vault waits for its first code. */
  totp_pending_at: number | null;
  /** The secret in the vault counts. */
  totp_enabled_at: number | null;
  /** The last time step whose code was used: it and all before it count no more. */
  totp_last_step: number | null;
  disabled_at: number | null;
  last_sign_in_at: number | null;
  created_at: number;
  created_by: string;
}

export interface RecoveryCodeTable {
  user_id: string;
  code_hash: string;
  used_at: number | null;
}

export interface SessionTable {
  id: string;
  token_hash: string;
  user_id: string;
  /** password, oidc */
  method: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  reauthenticated_at: number;
  address: string;
  agent: string;
}

/** A sign-in that has its password right and waits for a code, a new password or an enrolment. */
export interface SignInTicketTable {
  token_hash: string;
  user_id: string;
  /** The hash that the password was checked against: a ticket dies with the password that it was given for. */
  password_hash: string;
  second_factor_done: number;
  expires_at: number;
}

export interface ApiTokenTable {
  id: string;
  name: string;
  token_hash: string;
  /** trigger, viewer, operator, admin */
  role: string;
  /** Who made it; it can never do more than this user. */
  user_id: string;
  connection_id: string | null;
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
  last_used_from: string | null;
  revoked_at: number | null;
}

/** Failures in a row of one account, one address or one kind of code. */
export interface SignInAttemptTable {
  key: string;
  failures: number;
  last_at: number;
  blocked_until: number;
  /** 1: the trail knows of this block. */
  block_noted: number;
}

/** Addresses from which a user has signed in: strangers elsewhere cannot make that user wait there. */
export interface KnownAddressTable {
  user_id: string;
  address_key: string;
  seen_at: number;
}

export interface IdentityTable {
  issuer: string;
  subject: string;
  user_id: string;
  linked_at: number;
}

/** A way to the OpenID provider and back that was begun. */
export interface OidcFlowTable {
  state_hash: string;
  /** Hash of what only the browser holds that began it. */
  browser_hash: string;
  /** sign-in, link, reauthenticate */
  purpose: string;
  session_id: string | null;
  redirect_uri: string;
  return_to: string;
  expires_at: number;
}

export interface SetUpTokenTable {
  token_hash: string;
  expires_at: number;
}

/** What a reconcile run has read of the keys of one side. Emptied when the run has compared them. */
export interface SweepTable {
  connection_id: string;
  flow: string;
  /** jde, cin7 */
  side: string;
  /** Record key, or id in Cin7. */
  key: string;
  data: string | null;
  /** Of an order: what its lines say. */
  lines: string | null;
}

/** A line of the report of a reconcile run. */
export interface FindingTable {
  run_id: string;
  seq: number;
  connection_id: string;
  flow: string;
  class: string;
  record_key: string | null;
  label: string;
  cin7_id: string | null;
  field: string | null;
  jde_value: string | null;
  cin7_value: string | null;
  code: string | null;
  explanation: string;
  next_step: string;
}

/** Purchases of linked suppliers that were opened once and are not ours: people typed them in. */
export interface ForeignPurchaseTable {
  connection_id: string;
  cin7_id: string;
  opened_at: number;
}

/** The backfill under way: what it takes, and how far it has read. One per connection. */
export interface BackfillTable {
  connection_id: string;
  scope: string;
  position: string;
  /** Records that it has put on the stage so far. */
  staged: number;
  requested_by: string;
  started_at: number;
  updated_at: number;
}

/** Which master key seals the data keys. The key itself is never in the store. */
export interface MasterKeyTable {
  /** Fingerprint of the key. */
  id: string;
  /** current, retiring */
  state: string;
  /** A known text sealed with the key: tells a right key from a wrong one. */
  check_value: string;
  created_at: number;
}

/** Keys that seal the secrets of one owner: a connection, or `system`. At most one of an owner is active. */
export interface DataKeyTable {
  id: string;
  owner: string;
  /** active, retiring */
  state: string;
  /** The key, wrapped by the master key. */
  wrapped: string;
  master_key_id: string;
  created_at: number;
}

export interface SecretTable {
  owner: string;
  name: string;
  sealed: string;
  data_key_id: string;
  /** Keyed hash of the value when it was set: shows whether it was changed, and gives nothing away. */
  fingerprint: string;
  updated_at: number;
  updated_by: string;
}
