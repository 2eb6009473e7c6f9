import { CROSSWALK_KINDS, type CrosswalkKind } from '../config/settings.ts';
import { Fault } from '../faults/fault.ts';
import type { StoredConnection } from '../store/connections.ts';
import {
  type CrosswalkRow,
  deleteCrosswalkRow,
  loadCrosswalk,
  saveCrosswalkRows,
} from '../store/crosswalk.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { makeLookDue } from '../store/marks.ts';
import { stageAllFromOutside } from '../store/stage.ts';
import { appendTrail } from '../store/trail.ts';

interface Editor {
  readonly actor: string;
  readonly origin: string;
}

/** A mapping that a person chose. An empty target takes the choice back; `ignored` says that the code is not to be mapped. */
export interface CrosswalkChoice {
  readonly kind: string;
  readonly code: string;
  readonly target: string;
  readonly ignored?: boolean;
  /** It stands in a file that was imported as a whole. */
  readonly imported?: boolean;
}

export interface CrosswalkEdit {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly same: number;
}

/** Stores the choices of a person or a file, each with its old and new value in the trail, and maps affected records anew. */
export async function importCrosswalk(
  db: Db,
  connection: StoredConnection,
  choices: readonly CrosswalkChoice[],
  editor: Editor,
): Promise<CrosswalkEdit> {
  for (const choice of choices) kindOf(choice.kind);
  return inTransaction(db, async (tx) => {
    await lockConnection(tx, connection.id);
    const before = new Map((await loadCrosswalk(tx, connection.id)).map((row) => [keyOf(row), row]));
    const plan = planEdit(choices, before);
    await applyEdit(tx, connection, plan, editor);
    return countEdit(plan);
  });
}

/** What an import would change, without doing it. */
export async function previewCrosswalk(
  db: Db,
  connection: StoredConnection,
  choices: readonly CrosswalkChoice[],
): Promise<CrosswalkEdit> {
  for (const choice of choices) kindOf(choice.kind);
  const before = new Map((await loadCrosswalk(db, connection.id)).map((row) => [keyOf(row), row]));
  return countEdit(planEdit(choices, before));
}

/** One choice and what it would do. */
export interface CrosswalkEffect {
  readonly kind: string;
  readonly code: string;
  readonly label: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly effect: 'add' | 'change' | 'remove' | 'same';
}

/** What each choice would change, without doing it. */
export async function previewEffects(
  db: Db,
  connection: StoredConnection,
  choices: readonly CrosswalkChoice[],
): Promise<readonly CrosswalkEffect[]> {
  for (const choice of choices) kindOf(choice.kind);
  const before = new Map((await loadCrosswalk(db, connection.id)).map((row) => [keyOf(row), row]));
  return planEdit(choices, before).map(({ choice, before: row, effect }) => ({
    kind: choice.kind,
    code: choice.code,
    label: row?.label ?? '',
    from: row?.target ?? null,
    to: choice.ignored === true || choice.target === '' ? null : choice.target,
    effect,
  }));
}

export function kindOf(text: string): CrosswalkKind {
  const kind = CROSSWALK_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new Fault(
    'input.invalid',
    `"${text}" is no kind of the crosswalk. Kinds: ${CROSSWALK_KINDS.join(', ')}.`,
    { field: 'kind' },
  );
}

interface PlannedEdit {
  readonly choice: CrosswalkChoice;
  readonly before: CrosswalkRow | undefined;
  readonly effect: 'add' | 'change' | 'remove' | 'same';
}

function planEdit(
  choices: readonly CrosswalkChoice[],
  before: ReadonlyMap<string, CrosswalkRow>,
): readonly PlannedEdit[] {
  // The last line of a file wins where it names a code twice.
  const last = new Map(choices.map((choice) => [keyOf(choice), choice]));
  return [...last.values()].map((choice) => {
    const row = before.get(keyOf(choice));
    return { choice, before: row, effect: effectOf(choice, row) };
  });
}

function effectOf(choice: CrosswalkChoice, row: CrosswalkRow | undefined): PlannedEdit['effect'] {
  const chosen = row !== undefined && row.origin !== 'auto';
  if (choice.ignored === true)
    return chosen && row.state === 'ignored' && row.target === null
      ? 'same'
      : row === undefined
        ? 'add'
        : 'change';
  if (choice.target === '') return chosen ? 'remove' : 'same';
  if (row === undefined || !chosen || row.target === null) return 'add';
  return row.target === choice.target ? 'same' : 'change';
}

async function applyEdit(
  tx: Tx,
  connection: StoredConnection,
  plan: readonly PlannedEdit[],
  editor: Editor,
): Promise<void> {
  const nowMs = Date.now();
  const edits = plan.filter((edit) => edit.effect !== 'same');
  if (edits.length === 0) return;
  for (const { choice } of edits.filter((edit) => edit.effect === 'remove'))
    await deleteCrosswalkRow(tx, connection.id, choice);
  const rows = edits
    .filter((edit) => edit.effect !== 'remove')
    .map(
      ({ choice, before }): CrosswalkRow => ({
        kind: choice.kind,
        code: choice.code,
        label: before?.label ?? '',
        target: choice.ignored === true ? null : choice.target,
        state: choice.ignored === true ? 'ignored' : 'confirmed',
        origin: choice.imported === true ? 'import' : 'person',
        detail: '',
        updatedAtMs: nowMs,
        updatedBy: editor.actor,
      }),
    );
  await saveCrosswalkRows(tx, connection.id, rows);
  await stageAffected(tx, connection, edits, nowMs);
  await makeLookDue(tx, connection.id);
  await appendTrail(
    tx,
    connection.id,
    edits.map(({ choice, before, effect }) => ({
      at: nowMs,
      ...editor,
      action: effect === 'remove' ? 'crosswalk.removed' : 'crosswalk.set',
      flow: null,
      recordKey: null,
      runId: null,
      settingsVersion: connection.settingsVersion,
      cin7Id: null,
      data: {
        kind: choice.kind,
        code: choice.code,
        from: before?.target ?? null,
        to: choice.ignored === true ? '(ignored)' : choice.target,
        ...(before === undefined ? {} : { fromState: before.state }),
        ...(choice.imported === true ? { imported: true } : {}),
      },
    })),
  );
}

/** Records mapped with another target, or with a default, may now map otherwise. Mapping costs no call. */
async function stageAffected(
  tx: Tx,
  connection: StoredConnection,
  edits: readonly PlannedEdit[],
  nowMs: number,
): Promise<void> {
  const kinds = new Set(edits.map(({ choice }) => choice.kind));
  const stage = (flow: string, table: string): Promise<number> =>
    stageAllFromOutside(tx, { connectionId: connection.id, flow, table }, 'remap', nowMs);
  if (kinds.has('account')) await stage('accounts', 'F0901');
  if (['currency', 'paymentTerm', 'taxRule', 'country'].some((kind) => kinds.has(kind)))
    await stage('suppliers', 'F0401');
  if ([...kinds].some((kind) => kind !== 'country')) await stage('purchases', 'F4311');
}

function countEdit(plan: readonly PlannedEdit[]): CrosswalkEdit {
  const count = (effect: PlannedEdit['effect']): number =>
    plan.filter((edit) => edit.effect === effect).length;
  return { added: count('add'), changed: count('change'), removed: count('remove'), same: count('same') };
}

const keyOf = (row: { readonly kind: string; readonly code: string }): string => `${row.kind}\n${row.code}`;
