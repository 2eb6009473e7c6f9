import { findDrift, writeDocuments } from './generate/check.ts';

/**
 * Writes the documents that are made from the code; with `--check` only tells which of them no longer say what the code says, and
 * fails if there is one.
 */
if (process.argv.includes('--check')) {
  const drifted = await findDrift();
  for (const path of drifted) process.stderr.write(`${path} has drifted; run npm run generate\n`);
  process.exitCode = drifted.length === 0 ? 0 : 1;
} else {
  const written = await writeDocuments();
  process.stdout.write(
    written.length === 0 ? 'All documents are up to date.\n' : `Written: ${written.join(', ')}\n`,
  );
}
