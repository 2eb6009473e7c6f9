import type { ParkCode } from '../faults/fault-codes.ts';
import type { FlowName } from '../flows/flow.ts';
import { lastLookMs, noteLook } from '../store/marks.ts';
import { listParked } from '../store/parked.ts';
import { stageRecords } from '../store/stage.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';

const PARKED_PAGE = 1_000;

/** Reasons that may pass without a change stamp that polling would see: these records are read again by key. */
const READ_AGAIN: ReadonlySet<ParkCode> = new Set<ParkCode>([
  'jde.row_missing',
  'jde.value_masked',
  'jde.value_undecodable',
  'purchases.on_hold',
  'purchases.header_missing',
]);

/**
 * Puts parked records back on the stage: what they wait for (a mapping, a supplier) may have come. Mapping them again costs no
 * call; one that Cin7 refused is only sent again when it has changed or a person asks.
 */
export async function restageParked(flow: FlowName, ports: RunPorts, ledger: RunLedger): Promise<void> {
  const { connectionId } = ports.run;
  const startedAtMs = ports.now();
  if (!(await isLookDue(flow, ports, ledger))) {
    await stageParked(flow, { retryAsked: true }, ports, ledger);
    return;
  }
  await stageParked(flow, {}, ports, ledger);
  await ledger.transact(flow, async (tx) => {
    await noteLook(tx, connectionId, flow, startedAtMs);
    return { counted: {}, value: undefined };
  });
}

/** A look reads the books of Cin7, some calls each time, so runs that nobody asked for look only every so often. */
async function isLookDue(flow: FlowName, ports: RunPorts, ledger: RunLedger): Promise<boolean> {
  if (ports.look === 'always') return true;
  const lookedMs = await lastLookMs(ports.db, ports.run.connectionId, flow);
  if (lookedMs === undefined || lookedMs > ports.now()) return true;
  if (ports.now() - lookedMs >= ports.settings.run.parkedLookMinutes * 60_000) return true;
  // What an order waits for may have come a moment ago: its supplier, its account.
  return EARLIER[flow].some((name) => {
    const { created, linked, updated } = ledger.counters(name);
    return created + linked + updated > 0;
  });
}

/** Flows whose records those of a flow wait for. */
const EARLIER: Readonly<Record<FlowName, readonly FlowName[]>> = {
  accounts: [],
  suppliers: [],
  purchases: ['accounts', 'suppliers'],
};

async function stageParked(
  flow: FlowName,
  which: { readonly retryAsked?: true },
  ports: RunPorts,
  ledger: RunLedger,
): Promise<void> {
  const { connectionId } = ports.run;
  let after: { flow: string; recordKey: string } | undefined;
  for (;;) {
    const page = await listParked(ports.db, {
      connectionId,
      flow,
      limit: PARKED_PAGE,
      ...which,
      ...(after === undefined ? {} : { after }),
    });
    const last = page.at(-1);
    if (last === undefined) return;
    after = { flow: last.flow, recordKey: last.recordKey };
    const again = page.filter((record) => READ_AGAIN.has(record.code)).map((record) => record.recordKey);
    const asIs = page.filter((record) => !READ_AGAIN.has(record.code)).map((record) => record.recordKey);
    await ledger.transact(flow, async (tx) => {
      const of = { connectionId, flow };
      const nowMs = ports.now();
      const first = await stageRecords(tx, of, {
        recordKeys: again,
        reason: 'waiting',
        needsFetch: true,
        nowMs,
      });
      const second = await stageRecords(tx, of, {
        recordKeys: asIs,
        reason: 'waiting',
        needsFetch: false,
        nowMs,
      });
      return { counted: { staged: first + second }, value: undefined };
    });
  }
}
