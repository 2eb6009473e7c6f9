import { z } from 'zod';
import { Fault } from '../faults/fault.ts';
import type { Signed, TrailSigner, TrailVerifier } from './signer.ts';

/**
 * The end of a chain at one moment. Kept elsewhere, it proves later that nothing up to there was changed, cut off or calculated anew;
 * one line of JSON.
 */
const anchorSchema = z.object({
  kind: z.literal('anchor'),
  chain: z.string().min(1),
  /** Name of the connection; `system` for the program itself. */
  connection: z.string(),
  seq: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the anchor was taken. */
  at: z.iso.datetime(),
  /** Of an export: how many entries it holds, and the hash over all lines before this one. */
  entries: z.number().int().min(0).optional(),
  linesHash: z.string().optional(),
  keyId: z.string().optional(),
  signature: z.string().optional(),
});

export type TrailAnchor = Readonly<z.output<typeof anchorSchema>>;

type UnsignedAnchor = Omit<TrailAnchor, 'kind' | keyof Signed>;

export function makeAnchor(anchor: UnsignedAnchor, signer: TrailSigner | undefined): TrailAnchor {
  return { kind: 'anchor', ...anchor, ...signer?.sign(anchorText(anchor)) };
}

/** Whether the anchor is the program's own word; `undefined`: it is not signed, or its key is not known here. */
export function isAnchorSound(anchor: TrailAnchor, verifier: TrailVerifier | undefined): boolean | undefined {
  const { keyId, signature } = anchor;
  if (keyId === undefined || signature === undefined) return undefined;
  return verifier?.verify(anchorText(anchor), { keyId, signature });
}

/** Reads the anchors among lines of JSON: a file of anchors, or an export, which ends with one. */
export async function readAnchors(
  lines: AsyncIterable<string> | Iterable<string>,
  file: string,
): Promise<readonly TrailAnchor[]> {
  const anchors: TrailAnchor[] = [];
  for await (const line of lines) {
    if (line.startsWith('{"kind":"anchor"')) anchors.push(parseAnchor(line, file));
  }
  if (anchors.length > 0) return anchors;
  throw new Fault('input.invalid', `${file} holds no anchor. Take one with audit anchor.`, {
    field: '--anchor',
  });
}

export function parseAnchor(line: string, file: string): TrailAnchor {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    document = undefined;
  }
  const parsed = anchorSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new Fault('input.invalid', `${file} holds an anchor that cannot be read.`, { field: 'file' });
}

function anchorText(anchor: UnsignedAnchor): string {
  const { chain, connection, seq, hash, at, entries, linesHash } = anchor;
  return JSON.stringify([
    'ml-connector trail anchor 1',
    chain,
    connection,
    seq,
    hash,
    at,
    entries ?? null,
    linesHash ?? null,
  ]);
}
