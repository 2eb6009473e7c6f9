import { hash } from 'node:crypto';
import type BetterSqlite from 'better-sqlite3';

/** What the connector says of itself, read from its file as plain rows. */
export interface Books {
  readonly parked: readonly ParkedRow[];
  readonly openIntents: number;
  readonly staged: number;
  /** Everything that does not add up, one sentence each. */
  readonly flaws: readonly string[];
}

export interface ParkedRow {
  readonly flow: string;
  readonly record_key: string;
  readonly code: string;
  readonly detail: string;
}

export function readBooks(sqlite: BetterSqlite.Database): Books {
  // The columns are those of the statements.
  const all = <R>(sql: string): R[] => sqlite.prepare(sql).all() as R[];
  const count = (table: string): number => all<{ n: number }>(`select count(*) n from ${table}`)[0]?.n ?? 0;
  return {
    parked: all<ParkedRow>('select flow, record_key, code, detail from parked'),
    openIntents: count('intents'),
    staged: count('stage'),
    flaws: [
      ...all<RunRow>('select id, state, summary from runs').flatMap(flawsOfRun),
      ...flawsOfTrail(all<TrailRow>('select * from trail order by chain, seq')),
    ],
  };
}

interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly summary: string;
}

const OUTCOMES = ['created', 'updated', 'linked', 'unchanged', 'voided', 'parked'];

/** Each record that was staged has an outcome or is left; of a run that died the rest is what it left. */
function flawsOfRun({ id, state, summary }: RunRow): readonly string[] {
  if (state === 'running') return [`run ${id} is said to be running`];
  const { flows = {} } = JSON.parse(summary) as { flows?: Record<string, Record<string, number>> };
  return Object.entries(flows).flatMap(([flow, counters]) => {
    const settled = OUTCOMES.reduce((sum, name) => sum + (counters[name] ?? 0), 0);
    const { staged = 0, left = 0 } = counters;
    const isRight = state === 'interrupted' ? settled <= staged : staged === settled + left;
    return isRight
      ? []
      : [`run ${id} (${state}), ${flow}: ${staged} staged, ${settled} settled, ${left} left`];
  });
}

interface TrailRow {
  readonly chain: string;
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly origin: string;
  readonly action: string;
  readonly flow: string | null;
  readonly record_key: string | null;
  readonly run_id: string | null;
  readonly settings_version: number | null;
  readonly cin7_id: string | null;
  readonly data: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Each entry has the hash of the one before it, from zeros on, without a gap. */
function flawsOfTrail(rows: readonly TrailRow[]): readonly string[] {
  const flaws: string[] = [];
  let before: { chain: string; seq: number; hash: string } | undefined;
  for (const row of rows) {
    if (before?.chain !== row.chain) before = { chain: row.chain, seq: 0, hash: '0'.repeat(64) };
    const { chain, seq, at, actor, origin, action, data } = row;
    const told = [chain, seq, at, actor, origin, action, row.flow, row.record_key, row.run_id];
    const text = JSON.stringify([...told, row.settings_version, row.cin7_id, data, row.prev_hash]);
    if (seq !== before.seq + 1) flaws.push(`trail entry ${seq} follows ${before.seq}`);
    if (row.prev_hash !== before.hash) flaws.push(`trail entry ${seq} does not follow the one before it`);
    if (hash('sha256', text) !== row.hash) flaws.push(`trail entry ${seq} was changed`);
    before = { chain, seq, hash: row.hash };
  }
  return flaws;
}
