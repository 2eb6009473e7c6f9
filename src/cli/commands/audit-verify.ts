import { accessSync } from 'node:fs';
import { Fault } from '../../faults/fault.ts';
import { verifyStoredTrail } from '../../store/trail-source.ts';
import { readAnchors, type TrailAnchor } from '../../trail/anchor.ts';
import { flawText } from '../../trail/checker.ts';
import { type FileVerdict, fileLines, lineFlawText, verifyExportFile } from '../../trail/export-file.ts';
import type { TrailVerdict } from '../../trail/verify.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';
import {
  type ChainOptions,
  chosenChains,
  type NamedChain,
  trailVerifier,
  verifierOf,
  withTrail,
} from './audit-chains.ts';

interface VerifyOptions extends ChainOptions {
  readonly anchor?: string;
  readonly file?: string;
  readonly publicKey?: readonly string[];
}

/** `ml-connector audit verify`: reads a trail from its beginning and finds any entry that was changed, removed, added or moved. */
export function auditVerify(options: VerifyOptions): Promise<ExitCode> {
  return options.file === undefined ? verifyStore(options) : verifyFile(options.file, options);
}

function verifyStore(options: VerifyOptions): Promise<ExitCode> {
  return withTrail<ExitCode>(options, async (database, loaded) => {
    const { db } = database;
    const chains = await chosenChains(db, loaded, options);
    const anchors = options.anchor === undefined ? [] : await anchorsOf(options.anchor);
    const verified = withAnchoredChains(chains, anchors, options);
    const verifier = await trailVerifier(database, loaded, options.publicKey);
    let code: ExitCode = 0;
    for (const { chain, connection } of verified) {
      const own = anchors.filter((anchor) => anchor.chain === chain);
      const verdict = await verifyStoredTrail(db, chain, { anchors: own, verifier });
      report({ chain, connection }, verdict, own.length, options);
      code = worse(code, codeOf(verdict));
    }
    return code;
  });
}

/** Anchors prove nothing of other trails; one of a trail that is gone as a whole must not pass unseen. */
function withAnchoredChains(
  chains: readonly NamedChain[],
  anchors: readonly TrailAnchor[],
  options: VerifyOptions,
): readonly NamedChain[] {
  if (options.anchor === undefined) return chains;
  const known = new Set(chains.map(({ chain }) => chain));
  if (options.all === true) {
    const others = anchors.filter(({ chain }) => !known.has(chain));
    const gone = new Map(others.map(({ chain, connection }) => [chain, { chain, connection }]));
    return [...chains, ...gone.values()];
  }
  if (anchors.some(({ chain }) => known.has(chain))) return chains;
  const names = [...new Set(anchors.map(({ connection }) => connection))].join(', ');
  throw new Fault('input.invalid', `${options.anchor} is an anchor of ${names}, not of this trail.`, {
    field: '--anchor',
  });
}

function report(
  { chain, connection }: NamedChain,
  verdict: TrailVerdict,
  anchors: number,
  options: VerifyOptions,
): void {
  const { flaw, entries, removed, last, unprovenAnchors, unknownKeys } = verdict;
  if (options.json === true) {
    const facts = { connection, chain, entries, removed, lastSeq: last.seq, lastHash: last.hash };
    printJson({ intact: flaw === undefined, ...flaw, ...facts, anchors, unprovenAnchors, unknownKeys });
    return;
  }
  if (flaw !== undefined) {
    printLine(`The trail of ${connection} is damaged. ${flawText(flaw)} Entries before it are intact.`);
    return;
  }
  const parts = [`The trail of ${connection} is intact: ${entries} entries`];
  if (removed > 0) parts.push(`, ${removed} removed behind signed summaries`);
  if (anchors > unprovenAnchors) parts.push(`, as anchored`);
  printLine(`${parts.join('')}.${entries === 0 ? '' : ` Last hash ${last.hash}.`}`);
  if (unprovenAnchors > 0)
    printLine(
      `  ${unprovenAnchors} anchors are of entries that were removed since, so nothing is left to compare.`,
    );
  if (unknownKeys.length > 0) printLine(`  ${unknownKeyText(unknownKeys)}`);
}

function unknownKeyText(keys: readonly string[]): string {
  return `Signatures by the key ${keys.join(', ')} could not be checked: it is not here. Name its file with --public-key.`;
}

const codeOf = (verdict: Pick<TrailVerdict, 'unknownKeys'> & { readonly flaw: unknown }): ExitCode =>
  verdict.flaw !== undefined ? 1 : verdict.unknownKeys.length > 0 ? 3 : 0;

/** Damage goes before what could not be checked. */
function worse(a: ExitCode, b: ExitCode): ExitCode {
  if (a === 1 || b === 1) return 1;
  return a === 0 ? b : a;
}

async function verifyFile(path: string, options: VerifyOptions): Promise<ExitCode> {
  requireReadable(path, '--file');
  const verifier = options.publicKey === undefined ? undefined : verifierOf(options.publicKey);
  const verdict = await verifyExportFile(path, verifier);
  if (options.json === true) printJson({ intact: verdict.flaw === undefined, file: path, ...verdict });
  else reportFile(path, verdict);
  return codeOf(verifier === undefined ? { ...verdict, unknownKeys: [] } : verdict);
}

function reportFile(path: string, verdict: FileVerdict): void {
  const { flaw, connection, entries, linked, anchor, signed } = verdict;
  if (flaw !== undefined) {
    printLine(`${path} is damaged. ${'line' in flaw ? lineFlawText(flaw) : flawText(flaw)}`);
    return;
  }
  const order = linked ? 'without a gap' : 'a selection';
  printLine(`${path} is intact: ${entries} entries of ${connection}, ${order}.`);
  if (anchor !== undefined)
    printLine(`  Anchor: entry ${anchor.seq}, hash ${anchor.hash}, taken ${anchor.at}.`);
  printLine(`  ${signatureText(verdict, signed)}`);
}

function signatureText({ anchor, unknownKeys }: FileVerdict, signed: boolean | undefined): string {
  if (signed === true) return `Signed by the key ${anchor?.keyId ?? ''}.`;
  if (anchor?.keyId === undefined)
    return 'Not signed: compare the anchor with one that was kept elsewhere, or with the store.';
  return unknownKeyText([...new Set([anchor.keyId, ...unknownKeys])]);
}

function anchorsOf(path: string): Promise<readonly TrailAnchor[]> {
  requireReadable(path, '--anchor');
  return readAnchors(fileLines(path), path);
}

function requireReadable(path: string, field: string): void {
  try {
    accessSync(path);
  } catch (cause) {
    throw new Fault('input.invalid', `${path} cannot be read.`, { cause, field });
  }
}
