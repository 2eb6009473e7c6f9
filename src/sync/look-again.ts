import type { Cin7PurchaseListRow } from '../connectors/cin7/fields.ts';
import type { ParkCode } from '../faults/fault-codes.ts';
import { loadLinks } from '../store/links.ts';
import { loadMark, saveMark } from '../store/marks.ts';
import { askRetry, listParked } from '../store/parked.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';

const FLOW = 'purchases';
const MARK = 'purchases.looked_again';
const PARKED_PAGE = 1_000;
/** Cin7's clock and ours may differ by this much, and its lists trail. */
const MARGIN_MS = 24 * 3_600_000;

type Contradiction = (row: Cin7PurchaseListRow) => boolean;

const isVoided: Contradiction = (row) =>
  isStatus(row.Status, 'VOIDED') || isStatus(row.OrderStatus, 'VOIDED');
const isNoLongerAuthorised: Contradiction = (row) => isVoided(row) || isStatus(row.OrderStatus, 'DRAFT');

/** Reasons that lie in Cin7, and what people do there that makes them untrue. */
const CONTRADICTIONS: ReadonlyMap<ParkCode, Contradiction> = new Map<ParkCode, Contradiction>([
  ['purchases.authorised_in_cin7', isNoLongerAuthorised],
  ['purchases.cancelled_after_authorised', isNoLongerAuthorised],
  ['purchases.voided_in_cin7', (row) => !isVoided(row)],
  ['cin7.record_gone', () => true],
]);

/**
 * What Cin7 once refused is not sent again as it is, so the reason of a parked purchase would stay what it was then. Where the list of
 * purchases says otherwise now (voided by hand, taken back to a draft), the purchase is tried again: it says what is true now, or
 * goes through. One call per page of what changed in Cin7; none where nothing is parked for such a reason.
 */
export async function lookAgain(ports: RunPorts, ledger: RunLedger, signal: AbortSignal): Promise<void> {
  const suspects = await loadSuspects(ports);
  if (suspects.size === 0) return;
  const { connectionId } = ports.run;
  const startedAtMs = ports.now();
  const marked = await loadMark(ports.db, connectionId, MARK);
  const parkedAtMs = Math.min(...[...suspects.values()].map((suspect) => suspect.parkedAtMs));
  const sinceMs = (marked === undefined ? parkedAtMs : Math.min(Number(marked), startedAtMs)) - MARGIN_MS;
  const changed: string[] = [];
  for await (const page of ports.target.listPurchases(sinceMs, signal)) {
    for (const row of page) {
      const suspect = suspects.get(row.ID);
      if (suspect?.isContradicted(row) === true) changed.push(suspect.recordKey);
    }
  }
  await ledger.transact(FLOW, async (tx) => {
    await askRetry(tx, { connectionId, flow: FLOW }, changed);
    await saveMark(tx, connectionId, { name: MARK, value: String(startedAtMs), nowMs: ports.now() });
    return { counted: {}, value: undefined };
  });
}

interface Suspect {
  readonly recordKey: string;
  readonly parkedAtMs: number;
  readonly isContradicted: Contradiction;
}

/** Purchases that are parked for such a reason, by their id in Cin7. */
async function loadSuspects(ports: RunPorts): Promise<ReadonlyMap<string, Suspect>> {
  const of = { connectionId: ports.run.connectionId, flow: FLOW };
  const suspects = new Map<string, Suspect>();
  for (const [code, isContradicted] of CONTRADICTIONS) {
    let after: { flow: string; recordKey: string } | undefined;
    for (;;) {
      const cursor = after === undefined ? {} : { after };
      const page = await listParked(ports.db, { ...of, code, limit: PARKED_PAGE, ...cursor });
      const last = page.at(-1);
      if (last === undefined) break;
      after = { flow: last.flow, recordKey: last.recordKey };
      const links = await loadLinks(
        ports.db,
        of,
        page.map((record) => record.recordKey),
      );
      for (const { recordKey, parkedAtMs } of page) {
        const link = links.get(recordKey);
        if (link !== undefined) suspects.set(link.cin7Id, { recordKey, parkedAtMs, isContradicted });
      }
    }
  }
  return suspects;
}

const isStatus = (status: string, wanted: string): boolean => status.toUpperCase() === wanted;
