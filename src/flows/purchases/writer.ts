import { differences } from '../../connectors/cin7/differences.ts';
import type { Cin7Purchase, OrderFields, PurchaseHeaderFields } from '../../connectors/cin7/fields.ts';
import { RefusedByCin7 } from '../../connectors/connector.ts';
import type { Rejection } from '../../domain/decoded.ts';
import type { Intent } from '../../store/intents.ts';
import type { Link } from '../../store/links.ts';
import { compareDocuments } from '../differences.ts';
import type { Difference } from '../flow.ts';
import { hasMarker, markerOf } from '../marker.ts';
import type { LookUp, WritePorts, WriteResult, Writer, WriteTask, Written } from '../target-flow.ts';
import { OrderWriter } from './order-writer.ts';
import { EMPTY_ORDER, type PurchasePayload } from './payload.ts';
import { headerOf, rediscoverPurchases } from './rediscovery.ts';

/** Cin7's clock and ours may differ by this much when purchases are looked for by their date of change; linked ones are not opened. */
const CLOCK_DIFFERENCE_MAX_MS = 24 * 3_600_000;

type Result = WriteResult<PurchasePayload>;

/** Writes purchases: the header, then its order. */
export function openPurchaseWriter(ports: WritePorts): Writer<PurchasePayload> {
  const orders = new OrderWriter({ ...ports, settings: ports.settings.purchases });
  let rediscovered: Promise<ReadonlyMap<string, Link>> | undefined;
  const tools: Tools = {
    ...ports,
    orders,
    rediscover: () => {
      rediscovered ??= rediscoverPurchases(ports);
      return rediscovered;
    },
  };
  return {
    create: (task) => create(task, tools),
    update: (task) => update(task, tools),
    void: (task) => voidPurchase(task, ports),
    lookUp: (intents) => lookUp(intents, ports),
    isVoided: async (link) =>
      isStatus((await ports.target.readPurchase(link.cin7Id, ports.signal))?.Status ?? '', 'VOIDED'),
    begun: (intent, link) =>
      intent.action === 'create' || link === undefined
        ? begun(intent, intent.cin7Id, intent.cin7Number ?? '')
        : { found: true, ...undone(link), fingerprint: '' },
  };
}

/** What a link of a purchase keeps besides its payload. */
interface PurchaseDetails {
  /** The order was authorised by people and was undone to be written again. */
  readonly wasAuthorised?: boolean;
}

interface Tools extends WritePorts {
  readonly orders: OrderWriter;
  /** Purchases that an earlier life of this store made; looked for once, before the first create of a run. */
  readonly rediscover: () => Promise<ReadonlyMap<string, Link>>;
}

type UpdateTask = Parameters<Writer<PurchasePayload>['update']>[0];

async function create(task: WriteTask<PurchasePayload>, tools: Tools): Promise<Result> {
  const known = (await tools.rediscover()).get(task.recordKey);
  if (known !== undefined) {
    const before = JSON.parse(known.payload) as PurchasePayload; // Made by this flow from the same type.
    const differences = [
      ...compareDocuments(before.header, task.payload.header, 'header'),
      ...compareDocuments(before.order, task.payload.order, 'order'),
    ];
    const result = await update({ ...task, link: known, differences }, tools);
    return result.kind === 'written' ? { ...result, outcome: 'linked' } : result;
  }
  const created = await tools.target.createPurchase(task.payload.header, tools.signal);
  const header = { cin7Id: created.ID, cin7Number: created.OrderNumber };
  await task.headerDone(header);
  try {
    const deviations = await tools.orders.write(header.cin7Id, task.payload);
    return written('created', header, [...headerDeviations(task.payload.header, created), ...deviations]);
  } catch (error) {
    if (!(error instanceof RefusedByCin7)) throw error;
    // The purchase stands in Cin7 without lines: the link keeps it, so that a later try fills this one and makes no second.
    const partial = { ...header, details: {}, payload: withoutLines(task.payload) };
    return { kind: 'refused', rejection: rejectionOf(error), partial };
  }
}

async function update(task: UpdateTask, tools: Tools): Promise<Result> {
  const { link, payload } = task;
  const before = JSON.parse(link.payload) as PurchasePayload; // Written by this flow from the same type.
  const current = await tools.target.readPurchase(link.cin7Id, tools.signal);
  if (current === undefined)
    return refused('cin7.record_gone', 'Purchase.ID', `Purchase ${link.cin7Number} is no longer in Cin7.`);
  if (isStatus(current.Status, 'VOIDED') || isStatus(current.Order.Status, 'VOIDED')) {
    return refused(
      'purchases.voided_in_cin7',
      'Purchase.Status',
      `Purchase ${link.cin7Number} was voided in Cin7.`,
    );
  }
  if (payload.header.SupplierID !== before.header.SupplierID) {
    return refused(
      'purchases.supplier_changed',
      'F4301_AN8',
      `Purchase ${link.cin7Number} is with another supplier in Cin7.`,
    );
  }
  if (isStatus(current.Order.Status, 'AUTHORISED')) return updateAuthorised(task, { current, before }, tools);
  const { wasAuthorised } = JSON.parse(link.details) as PurchaseDetails; // Written by this flow from the same type.
  return overwrite(
    task,
    before,
    tools,
    wasAuthorised === true ? { ...payload.order, Status: 'AUTHORISED' } : payload.order,
  );
}

/** Brings header and order in step, calling only for what differs. */
async function overwrite(
  task: UpdateTask,
  before: PurchasePayload,
  tools: Tools,
  order: OrderFields,
): Promise<Result> {
  const { link, payload } = task;
  const header = { cin7Id: link.cin7Id, cin7Number: link.cin7Number };
  const changes = changedHeader(before.header, payload.header);
  const fromHeader =
    Object.keys(changes).length === 0
      ? []
      : headerDeviations(changes, await tools.target.updatePurchase(link.cin7Id, changes, tools.signal));
  const { lineAmounts } = payload;
  const isSame = compareDocuments([before.order, before.lineAmounts], [order, lineAmounts]).length === 0;
  // What was once stored otherwise than sent is written again, until it fits.
  if (isSame && link.fingerprint !== '') return written('updated', header, fromHeader);
  const deviations = await tools.orders.write(link.cin7Id, { order, lineAmounts });
  return written('updated', header, [...fromHeader, ...deviations]);
}

/** Cin7 refuses changes of an authorised order: a person decides, or it is undone and written again where nothing has followed. */
async function updateAuthorised(
  task: UpdateTask,
  state: { current: Cin7Purchase; before: PurchasePayload },
  tools: Tools,
): Promise<Result> {
  const { link, payload } = task;
  const { current, before } = state;
  // An earlier write may have come through without its answer: what counts is what stands there now.
  const onlyOrder = headerDeviations(changedHeader(before.header, payload.header), current).length === 0;
  const authorised: OrderFields = { ...payload.order, Status: 'AUTHORISED' };
  if (onlyOrder && tools.orders.isHeldBy(current, { ...payload, order: authorised })) {
    // Undone by us and written again before a crash: the trail has not told of it yet.
    const { wasAuthorised } = JSON.parse(link.details) as PurchaseDetails; // Written by this flow from the same type.
    const outcome = wasAuthorised === true ? 'updated' : 'unchanged';
    return written(outcome, { cin7Id: link.cin7Id, cin7Number: link.cin7Number }, []);
  }
  const untouched =
    isUntouched(current.CombinedReceivingStatus) && isUntouched(current.CombinedInvoiceStatus);
  if (tools.settings.purchases.authorisedChange === 'park' || !untouched) {
    const fields = task.differences
      .slice(0, 5)
      .map((difference) => `${difference.field}: ${show(difference.from)} -> ${show(difference.to)}`);
    const followed = untouched ? '' : ' Goods or invoices have already followed.';
    return refused(
      'purchases.authorised_in_cin7',
      'Purchase.Order.Status',
      `Purchase ${link.cin7Number} is authorised. JDE now differs in ${fields.join('; ')}.${followed}`,
    );
  }
  // From here on the order may be a draft: whatever comes between, it is authorised again when it is written.
  const left = undone(link);
  await task.headerDone(left);
  try {
    await tools.target.undoPurchase(link.cin7Id, tools.signal);
    return await overwrite(task, left.payload, tools, authorised);
  } catch (error) {
    if (!(error instanceof RefusedByCin7)) throw error;
    return { kind: 'refused', rejection: rejectionOf(error), partial: left };
  }
}

async function voidPurchase(
  task: Parameters<Writer<PurchasePayload>['void']>[0],
  ports: WritePorts,
): Promise<Result> {
  const { link } = task;
  const header = { cin7Id: link.cin7Id, cin7Number: link.cin7Number };
  const current = await ports.target.readPurchase(link.cin7Id, ports.signal);
  if (current === undefined)
    return refused('cin7.record_gone', 'Purchase.ID', `Purchase ${link.cin7Number} is no longer in Cin7.`);
  if (isStatus(current.Status, 'VOIDED')) return written('voided', header, []);
  if (isStatus(current.Order.Status, 'AUTHORISED')) {
    return refused(
      'purchases.cancelled_after_authorised',
      'Purchase.Order.Status',
      `Purchase ${link.cin7Number} is authorised in Cin7; its JDE order was cancelled.`,
    );
  }
  await ports.target.voidPurchase(link.cin7Id, ports.signal);
  return written('voided', header, []);
}

/** Cin7 lists purchases without their notes, so those of the supplier that changed since the attempt are opened one by one. */
async function lookUp(
  intents: readonly Intent[],
  ports: WritePorts,
): Promise<ReadonlyMap<string, LookUp<PurchasePayload>>> {
  const results = new Map<string, LookUp<PurchasePayload>>(
    intents.map((intent) => [intent.recordKey, { found: false }]),
  );
  const bySupplier = Map.groupBy(intents, (intent) => payloadOf(intent).header.SupplierID);
  const earliestMs = Math.min(...intents.map((intent) => intent.sentAtMs)) - CLOCK_DIFFERENCE_MAX_MS;
  for await (const page of ports.target.listPurchases(earliestMs, ports.signal)) {
    for (const row of page) {
      const open = (bySupplier.get(row.SupplierID) ?? []).filter(
        (intent) => results.get(intent.recordKey)?.found === false,
      );
      // A voided purchase is not the one that the attempt made: it has been dealt with.
      if (open.length === 0 || isStatus(row.Status, 'VOIDED')) continue;
      if (await ports.isTaken(row.ID, '')) continue;
      const purchase = await ports.target.readPurchase(row.ID, ports.signal);
      const match = open.find((intent) =>
        hasMarker(purchase?.Note ?? '', markerOf(ports.settings.marker, 'PO', intent.recordKey)),
      );
      if (purchase === undefined || match === undefined) continue;
      const result = begun(match, row.ID, row.OrderNumber);
      // It may stand there from before the attempt, with another header.
      results.set(match.recordKey, { ...result, payload: { ...result.payload, header: headerOf(purchase) } });
    }
  }
  return results;
}

/** The header surely exists; whether its lines were written is found out by writing them. */
function begun(
  intent: Intent,
  cin7Id: string,
  cin7Number: string,
): Extract<LookUp<PurchasePayload>, { found: true }> {
  return {
    found: true,
    cin7Id,
    cin7Number,
    details: {},
    payload: withoutLines(payloadOf(intent)),
    fingerprint: '',
  };
}

/** A purchase whose order was undone, or is about to be: its header stands, its lines are to be written whatever they are. */
function undone(link: Link): Written & { readonly payload: PurchasePayload } {
  const details: PurchaseDetails = { wasAuthorised: true };
  const before = JSON.parse(link.payload) as PurchasePayload; // Written by this flow from the same type.
  return { cin7Id: link.cin7Id, cin7Number: link.cin7Number, details, payload: withoutLines(before) };
}

/** Its lines are still those that the purchase was made for: one that is received before they are written belongs to it. */
function withoutLines(payload: PurchasePayload): PurchasePayload {
  return { ...payload, order: EMPTY_ORDER, lineAmounts: [] };
}

function payloadOf(intent: Intent): PurchasePayload {
  return JSON.parse(intent.payload) as PurchasePayload; // Written by this flow from the same type.
}

/** Names that Cin7 does not know vanish in silence, so its answer is compared with what was sent. */
export function headerDeviations(
  sent: Partial<PurchaseHeaderFields>,
  answered: Cin7Purchase,
): readonly Difference[] {
  return differences(sent, answered).map(({ field, sent: from, got }) => ({
    field: `Purchase.${field}`,
    from,
    to: got,
  }));
}

function changedHeader(
  before: PurchaseHeaderFields,
  after: PurchaseHeaderFields,
): Partial<PurchaseHeaderFields> {
  const was = new Map(Object.entries(before));
  // The type of a purchase can only be chosen when it is made.
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => name !== 'PurchaseType' && was.get(name) !== value),
  );
}

function written(
  outcome: 'created' | 'updated' | 'unchanged' | 'voided',
  header: { cin7Id: string; cin7Number: string },
  deviations: readonly Difference[],
): Result {
  return { kind: 'written', outcome, ...header, details: {}, deviations };
}

function refused(code: Rejection['code'], field: string, detail: string): Result {
  return { kind: 'refused', rejection: { code, field, detail } };
}

/** Cin7's words are the reason; its codes do not tell fields apart. */
function rejectionOf(error: RefusedByCin7): Rejection {
  return {
    code: 'cin7.refused',
    field: 'Purchase.Order',
    detail: error.reasons.map((reason) => reason.text).join(' / '),
  };
}

const isStatus = (status: string, wanted: string): boolean => status.toUpperCase() === wanted;
const isUntouched = (status: string): boolean =>
  ['', 'NOT AVAILABLE', 'NOT RECEIVED', 'NOT INVOICED'].includes(status.toUpperCase());

function show(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}
