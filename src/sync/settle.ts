import type { LookUp, TargetFlow, Writer } from '../flows/target-flow.ts';
import { deleteIntents, type Intent, listOpenIntents } from '../store/intents.ts';
import { type Link, loadLinks, saveLink } from '../store/links.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';

/**
 * Settles writes whose answer is unknown (invariant 3): after a crash, a dropped answer, a time-out. A creating call is looked up in
 * Cin7; it counts as absent only when the lag of Cin7's lists has passed since it can have been sent. What is found is linked, in
 * the transaction that closes its intent. Every other write reads the record before it writes, so it is simply done again.
 *
 * @returns the intents that were settled; their records are looked at again.
 * @param patience `look`: what is not found stays in doubt, so that other records need not wait for it; `wait`: waits until
 *   nothing is in doubt any more.
 */
export async function settleIntents<P>(
  flow: TargetFlow<P>,
  writer: Writer<P>,
  patience: 'look' | 'wait',
  ports: RunPorts,
  ledger: RunLedger,
  signal: AbortSignal,
): Promise<readonly Intent[]> {
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const open = await listOpenIntents(ports.db, of);
  if (open.length === 0) return [];
  ports.report({
    phase: 'settle',
    flow: flow.name,
    counters: ledger.counters(flow.name),
    detail: `${open.length} open`,
  });

  const unknown = open.filter((intent) => intent.action === 'create' && intent.cin7Id === null);
  const { found, inDoubt } = await lookUp(unknown, writer, patience, ports, signal);
  const links = await loadLinks(
    ports.db,
    of,
    open.map((intent) => intent.recordKey),
  );
  const voided = await findVoided(open, links, writer);
  for (const intent of open) {
    const { recordKey, cin7Id } = intent;
    if (cin7Id !== null && intent.action !== 'void')
      found.set(recordKey, writer.begun({ ...intent, cin7Id }, links.get(recordKey)));
  }
  const settled = open.filter((intent) => !inDoubt.has(intent.recordKey));
  await ledger.transact(flow.name, async (tx) => {
    for (const intent of settled) {
      const result = found.get(intent.recordKey);
      if (result?.found === true)
        await saveLink(tx, ports.run, flow.name, linkOf(flow, intent, result), ports.now());
      const link = voided.get(intent.recordKey);
      if (link !== undefined) await saveLink(tx, ports.run, flow.name, link, ports.now());
    }
    await deleteIntents(
      tx,
      of,
      settled.map((intent) => intent.recordKey),
    );
    return { counted: {}, value: undefined };
  });
  return settled;
}

/**
 * Purchases that were voided although no answer said so. If the order comes alive again meanwhile, it must not be taken for one that
 * people have voided. Without a fingerprint, so that the run tells of it when it comes to the record.
 */
async function findVoided<P>(
  open: readonly Intent[],
  links: ReadonlyMap<string, Link>,
  writer: Writer<P>,
): Promise<ReadonlyMap<string, Link>> {
  const voided = new Map<string, Link>();
  for (const intent of open.filter(({ action }) => action === 'void')) {
    const link = links.get(intent.recordKey);
    if (link !== undefined && (await writer.isVoided?.(link)) === true)
      voided.set(intent.recordKey, { ...link, state: 'voided', fingerprint: '' });
  }
  return voided;
}

interface LookedUp<P> {
  readonly found: Map<string, LookUp<P>>;
  /** Not found, but the lists of Cin7 may not show it yet. */
  readonly inDoubt: ReadonlySet<string>;
}

async function lookUp<P>(
  intents: readonly Intent[],
  writer: Writer<P>,
  patience: 'look' | 'wait',
  ports: RunPorts,
  signal: AbortSignal,
): Promise<LookedUp<P>> {
  if (intents.length === 0) return { found: new Map(), inDoubt: new Set() };
  // As long as somebody else may not have noticed that his work was taken over, nothing is certainly absent.
  if (patience === 'wait' || ports.listLagMs <= 0) await ports.permit.untilAllowed(signal);
  const first = await writer.lookUp(intents);
  const absent = intents.filter((intent) => first.get(intent.recordKey)?.found !== true);
  // The lists of Cin7 trail its writes. When the call was made is not asked: it may have waited for the budget and for its answer, and
  // clocks are set. Counted from here on, the lag is long enough whatever happened before.
  if (absent.length === 0 || ports.listLagMs <= 0) return { found: new Map(first), inDoubt: new Set() };
  if (patience === 'look') {
    return { found: new Map(first), inDoubt: new Set(absent.map((intent) => intent.recordKey)) };
  }
  await ports.sleep(ports.listLagMs, signal);
  return { found: new Map([...first, ...(await writer.lookUp(absent))]), inDoubt: new Set() };
}

function linkOf<P>(
  flow: TargetFlow<P>,
  intent: Intent,
  result: Extract<LookUp<P>, { found: true }>,
): Parameters<typeof saveLink>[3] {
  return {
    recordKey: intent.recordKey,
    cin7Id: result.cin7Id,
    cin7Number: result.cin7Number,
    state: intent.action === 'create' ? 'begun' : 'live',
    label: intent.label,
    nameKey: flow.nameKey(result.payload),
    fingerprint: result.fingerprint,
    payload: JSON.stringify(result.payload),
    details: JSON.stringify(result.details),
  };
}
