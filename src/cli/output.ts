import { readFileSync } from 'node:fs';
import { Fault } from '../faults/fault.ts';
import { FAULTS, type FaultCode } from '../faults/fault-codes.ts';

/** 0 done, 1 failed, 2 bad input or configuration, 3 surroundings (network, credentials, store). */
export type ExitCode = 0 | 1 | 2 | 3;

export interface OutputOptions {
  readonly json?: boolean | undefined;
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Notes for people go to the error stream, so that a pipe gets results only. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows in columns as wide as their longest cell; the last column is not padded. */
export function printTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, place) => Math.max(...cells.map((row) => (row[place] ?? '').length)));
  for (const [number, row] of cells.entries()) {
    const line = row
      .map((cell, place) => (place === row.length - 1 ? cell : cell.padEnd(widths[place] ?? 0)))
      .join('  ');
    printLine(line.trimEnd());
    if (number === 0) printLine(widths.map((width) => '-'.repeat(width)).join('  '));
  }
}

export interface ErrorDocument {
  readonly code: FaultCode | 'unexpected';
  readonly message: string;
  readonly field?: string;
  readonly hint?: string;
}

export function errorDocument(error: unknown): ErrorDocument {
  if (!(error instanceof Fault))
    return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
  return {
    code: error.code,
    message: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    hint: error.hint,
  };
}

/** Tells what went wrong, where, and what to do next. */
export function printError(error: unknown, options: OutputOptions): void {
  const document = errorDocument(error);
  if (options.json === true) {
    printJson({ error: document });
    return;
  }
  printNote(`error: ${document.message}`);
  if (document.field !== undefined && !document.message.includes(document.field))
    printNote(`field: ${document.field}`);
  if (document.hint !== undefined) printNote(`next:  ${document.hint}`);
  printNote(`code:  ${document.code}`);
  if (document.code === 'unexpected' && error instanceof Error && error.stack !== undefined)
    printNote(error.stack);
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof Fault ? exitCodeOfFault(error.code) : 1;
}

export function exitCodeOfFault(code: FaultCode): ExitCode {
  if (/^(access|config|input)\./.test(code)) return 2;
  if (code.startsWith('run.')) return code === 'run.busy' ? 3 : 1;
  return FAULTS[code].kind === 'park' ? 1 : 3;
}

export function packageVersion(): string {
  const document: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof document === 'object' && document !== null && 'version' in document
    ? String(document.version)
    : 'unknown';
}
