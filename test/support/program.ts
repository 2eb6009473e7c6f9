import { resolve } from 'node:path';

/** The program as it stands in the sources: a change of their text can be tested with it. */
export const SOURCE_PROGRAM = resolve(import.meta.dirname, '../../src/cli/main.ts');

/**
 * The program that tests start as a process of its own: built as it is shipped, which starts in a quarter of the time that the sources
 * need. Where nothing was built (a script that does without), the sources.
 */
export function programPath(): string {
  return process.env['ML_CONNECTOR_TEST_PROGRAM'] ?? SOURCE_PROGRAM;
}
