import { readFileSync, writeFileSync } from 'node:fs';
import leven from 'leven';
import { localRequester, type OpenConnection } from '../../app.ts';
import { openBooks } from '../../crosswalk/books.ts';
import { choicesFromCsv, codeFromText, codeText, crosswalkToCsv } from '../../crosswalk/csv.ts';
import { type CrosswalkChoice, importCrosswalk, kindOf, previewCrosswalk } from '../../crosswalk/edit.ts';
import { indexTargets } from '../../crosswalk/matching.ts';
import { Fault } from '../../faults/fault.ts';
import { loadCrosswalk } from '../../store/crosswalk.ts';
import { type ExitCode, printJson, printLine, printNote, printTable } from '../output.ts';
import { type ConnectionOptions, withConnection, withStore } from '../session.ts';

interface ListOptions extends ConnectionOptions {
  readonly kind?: string;
  readonly state?: string;
}

const STATE_ORDER = ['broken', 'ambiguous', 'unmatched', 'ignored', 'matched', 'confirmed'];

/** `ml-connector crosswalk list`: what needs a person first. */
export function crosswalkList(options: ListOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    const kind = options.kind === undefined ? undefined : kindOf(options.kind);
    const rows = (await loadCrosswalk(database.db, connection.id, kind))
      .filter((row) => options.state === undefined || row.state === options.state)
      .toSorted(
        (a, b) =>
          STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
          a.kind.localeCompare(b.kind) ||
          a.code.localeCompare(b.code),
      );
    if (options.json === true) rows.forEach(printJson);
    else {
      printTable(
        ['kind', 'JDE code', 'JDE name', 'Cin7', 'state', 'why'],
        rows.map((row) => [row.kind, codeText(row.code), row.label, row.target ?? '', row.state, row.detail]),
      );
      printLine(`${rows.length} codes.`);
    }
    return 0;
  });
}

interface SetOptions extends ConnectionOptions {
  readonly check: boolean;
  readonly ignore?: boolean;
  readonly dryRun?: boolean;
}

/** `ml-connector crosswalk set`: checks that the target exists in Cin7, unless told not to. */
export function crosswalkSet(
  kind: string,
  code: string,
  target: string | undefined,
  options: SetOptions,
): Promise<ExitCode> {
  const choice: CrosswalkChoice = {
    kind: kindOf(kind),
    code: codeFromText(code),
    target: target ?? '',
    ...(options.ignore === true ? { ignored: true } : {}),
  };
  if (target === undefined && options.ignore !== true)
    throw new Fault(
      'input.invalid',
      'Name the Cin7 entry, an empty text to take a choice back, or --ignore.',
      { field: 'target' },
    );
  return withConnection(options, 'crosswalk set', async (connection) => {
    if (options.check && choice.target !== '') await checkTarget(connection, choice);
    return report(connection, [choice], options, 'crosswalk set');
  });
}

interface ImportOptions extends ConnectionOptions {
  readonly dryRun?: boolean;
}

/** `ml-connector crosswalk import` */
export function crosswalkImport(file: string, options: ImportOptions): Promise<ExitCode> {
  const choices = readChoices(file);
  return withConnection(options, 'crosswalk import', (connection) =>
    report(connection, choices, options, 'crosswalk import'),
  );
}

/** `ml-connector crosswalk export` */
export function crosswalkExport(file: string | undefined, options: ConnectionOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    const rows = await loadCrosswalk(database.db, connection.id);
    if (options.json === true) {
      rows.forEach(printJson);
      return 0;
    }
    const text = crosswalkToCsv(rows);
    if (file === undefined) process.stdout.write(text);
    else {
      writeFileSync(file, text);
      printNote(`${rows.length} codes written to ${file}.`);
    }
    return 0;
  });
}

async function report(
  connection: OpenConnection,
  choices: readonly CrosswalkChoice[],
  options: { json?: boolean | undefined; dryRun?: boolean | undefined },
  command: string,
): Promise<ExitCode> {
  const { db } = connection.database;
  const edit =
    options.dryRun === true
      ? await previewCrosswalk(db, connection.stored, choices)
      : await importCrosswalk(db, connection.stored, choices, localRequester(command));
  if (options.json === true) printJson({ ...edit, dryRun: options.dryRun === true });
  else
    printLine(
      `${edit.added} added, ${edit.changed} changed, ${edit.removed} removed, ${edit.same} as before.${options.dryRun === true ? ' Nothing was stored.' : ' The next sync uses it.'}`,
    );
  return 0;
}

async function checkTarget(connection: OpenConnection, choice: CrosswalkChoice): Promise<void> {
  const books = openBooks(connection.target, AbortSignal.timeout(120_000));
  const kind = kindOf(choice.kind);
  const index = await indexTargets(kind, books);
  const state = index.stateOf(choice.target);
  if (state === 'active') return;
  const near = index
    .names()
    .toSorted((a, b) => leven(a, choice.target) - leven(b, choice.target))
    .slice(0, 3);
  const what = state === 'inactive' ? 'is not active in Cin7' : 'is not in Cin7';
  throw new Fault(
    'input.invalid',
    `"${choice.target}" ${what}.${near.length === 0 ? '' : ` Nearest: ${near.join(', ')}.`} --no-check stores it all the same.`,
    { field: 'target' },
  );
}

function readChoices(file: string): readonly CrosswalkChoice[] {
  try {
    return choicesFromCsv(readFileSync(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const { code } = cause as NodeJS.ErrnoException; // What reading a file throws.
    throw new Fault('input.invalid', `${file} cannot be read: ${code ?? 'unknown error'}.`, {
      cause,
      field: 'file',
    });
  }
}
