import { Fault } from '../faults/fault.ts';
import { countLinks, type Link, linkedCin7Ids, listLinks, loadLinks } from '../store/links.ts';
import { listParked } from '../store/parked.ts';
import { loadStaged } from '../store/stage.ts';
import { countSwept, listSwept, loadSwept, type SweptKey } from '../store/sweep.ts';
import type { RunPorts } from './ports.ts';
import type { ReadAllowance, ReconcileBook } from './reconcile-book.ts';
import {
  type Cin7Object,
  type FieldDifference,
  judgeGoneInJde,
  judgeLinked,
  judgeUnlinked,
  type Standing,
  type Waiting,
} from './reconcile-verdict.ts';

const KEYS_AT_ONCE = 200;

/** What a flow adds to the comparison of keys. `O` is what Cin7 shows of its objects. */
export interface PairFlow<O> {
  readonly name: 'suppliers' | 'purchases';
  readonly noun: 'supplier' | 'purchase';
  /** What JDE says of these keys. */
  standings(
    keys: readonly SweptKey[],
    links: ReadonlyMap<string, Link>,
  ): Promise<ReadonlyMap<string, Standing>>;
  parse(data: string): O;
  show(object: O): Cin7Object;
  /** What the list shows otherwise than it was last written. */
  differences(link: Link, object: O): readonly FieldDifference[];
  /** The object itself, since lists may trail behind; `undefined`: it is not there. */
  readOne(id: string): Promise<O | undefined>;
  /** Takes note of a linked object that stands in Cin7. */
  paired?(link: Link, object: O, standing: Standing): void;
  /** Judges a page of objects that nothing is linked to. */
  countUnlinked(objects: readonly O[], book: ReconcileBook): Promise<void>;
}

interface Comparing {
  readonly book: ReconcileBook;
  readonly reads: ReadAllowance;
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
}

/** Compares the swept keys of both sides with the links, page by page. Each key of each side is counted once. */
export async function comparePairs<O>(flow: PairFlow<O>, comparing: Comparing): Promise<void> {
  const { book, ports } = comparing;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const [jde, cin7, links] = [
    await countSwept(ports.db, { ...of, side: 'jde' }),
    await countSwept(ports.db, { ...of, side: 'cin7' }),
    await countLinks(ports.db, of),
  ];
  if (cin7 === 0 && links > 0) await refuseEmptyList(flow, links, ports);
  await compareJdeKeys(flow, comparing);
  await compareLinksGoneInJde(flow, comparing);
  await compareUnlinked(flow, comparing);
  await book.flush();
  book.close(flow.name, { jde, cin7, links });
}

/** A list that is empty although records are linked trails far behind, or is that of another company. */
async function refuseEmptyList<O>(flow: PairFlow<O>, linked: number, ports: RunPorts): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const [first] = await listLinks(ports.db, of, { afterKey: '', limit: 1 });
  if (first === undefined || (await flow.readOne(first.cin7Id)) !== undefined) return;
  const message = `The list of ${flow.name} in Cin7 came back empty; ${linked} are linked.`;
  throw new Fault('reconcile.side_empty', message);
}

async function compareJdeKeys<O>(flow: PairFlow<O>, comparing: Comparing): Promise<void> {
  const { ports, signal } = comparing;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  for (let afterKey = ''; ; ) {
    signal.throwIfAborted();
    const keys = await listSwept(ports.db, { ...of, side: 'jde' }, { afterKey, limit: KEYS_AT_ONCE });
    const last = keys.at(-1);
    if (last === undefined) return;
    afterKey = last.key;
    await comparePage(flow, keys, comparing);
  }
}

async function comparePage<O>(
  flow: PairFlow<O>,
  keys: readonly SweptKey[],
  comparing: Comparing,
): Promise<void> {
  const { book, ports } = comparing;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const recordKeys = keys.map(({ key }) => key);
  const links = await loadLinks(ports.db, of, recordKeys);
  const waiting = await loadWaiting(of, recordKeys, ports);
  const standings = await flow.standings(keys, links);
  const objects = await loadObjects(flow, [...links.values()], comparing);
  for (const { key } of keys) {
    const standing = standings.get(key);
    if (standing === undefined) throw new Error(`${flow.name}: nothing is known of swept key ${key}.`);
    const met = { noun: flow.noun, recordKey: key, standing, waiting: waiting(key) };
    if (standing.amount !== undefined && standing.place === 'due')
      book.addTotal(flow.name, 'jde', standing.amount);
    const link = links.get(key);
    if (link === undefined) {
      await book.count(flow.name, { ...judgeUnlinked(met), onSides: ['jde'] });
      continue;
    }
    const listed = objects.get(link.cin7Id);
    if (listed !== undefined && link.state !== 'voided') flow.paired?.(link, listed.object, standing);
    const verdict = judgeLinked({
      ...met,
      link,
      object: listed === undefined ? undefined : flow.show(listed.object),
      differences:
        listed === undefined || link.state === 'voided' ? [] : flow.differences(link, listed.object),
    });
    await book.count(flow.name, { ...verdict, onSides: sidesOf(['jde', 'links'], listed) });
  }
}

async function compareLinksGoneInJde<O>(flow: PairFlow<O>, comparing: Comparing): Promise<void> {
  const { book, ports, signal } = comparing;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  for (let afterKey = ''; ; ) {
    signal.throwIfAborted();
    const page = await listLinks(ports.db, of, { afterKey, limit: KEYS_AT_ONCE });
    const last = page.at(-1);
    if (last === undefined) return;
    afterKey = last.recordKey;
    const inJde = await loadSwept(
      ports.db,
      { ...of, side: 'jde' },
      page.map((link) => link.recordKey),
    );
    const gone = page.filter((link) => !inJde.has(link.recordKey));
    const objects = await loadObjects(flow, gone, comparing);
    for (const link of gone) {
      const listed = objects.get(link.cin7Id);
      const object = listed === undefined ? undefined : flow.show(listed.object);
      const verdict = judgeGoneInJde({ noun: flow.noun, link, object });
      await book.count(flow.name, { ...verdict, onSides: sidesOf(['links'], listed) });
    }
  }
}

async function compareUnlinked<O>(flow: PairFlow<O>, comparing: Comparing): Promise<void> {
  const { book, ports, signal } = comparing;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  for (let afterKey = ''; ; ) {
    signal.throwIfAborted();
    const page = await listSwept(ports.db, { ...of, side: 'cin7' }, { afterKey, limit: KEYS_AT_ONCE });
    const last = page.at(-1);
    if (last === undefined) return;
    afterKey = last.key;
    const linked = await linkedCin7Ids(
      ports.db,
      of,
      page.map((row) => row.key),
    );
    const unlinked = page.filter((row) => !linked.has(row.key));
    if (unlinked.length > 0)
      await flow.countUnlinked(
        unlinked.map((row) => flow.parse(row.data ?? '{}')),
        book,
      );
  }
}

interface Listed<O> {
  readonly object: O;
  /** The list shows it; what only a look at the object itself brought up is not counted on that side. */
  readonly inList: boolean;
}

/** The Cin7 objects of links, by id. One that the list does not show is looked for itself, as far as calls may be spent. */
async function loadObjects<O>(
  flow: PairFlow<O>,
  links: readonly Link[],
  { ports, reads }: Comparing,
): Promise<ReadonlyMap<string, Listed<O>>> {
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const swept = await loadSwept(
    ports.db,
    { ...of, side: 'cin7' },
    links.map((link) => link.cin7Id),
  );
  const objects = new Map<string, Listed<O>>();
  for (const { cin7Id } of links) {
    const row = swept.get(cin7Id);
    if (row !== undefined) {
      objects.set(cin7Id, { object: flow.parse(row.data ?? '{}'), inList: true });
      continue;
    }
    if (!reads.take()) continue;
    const object = await flow.readOne(cin7Id);
    if (object !== undefined) objects.set(cin7Id, { object, inList: false });
  }
  return objects;
}

function sidesOf<O>(
  sides: readonly ('jde' | 'links')[],
  listed: Listed<O> | undefined,
): readonly ('jde' | 'cin7' | 'links')[] {
  return listed?.inList === true ? [...sides, 'cin7'] : sides;
}

async function loadWaiting(
  of: { connectionId: string; flow: string },
  recordKeys: readonly string[],
  ports: RunPorts,
): Promise<(key: string) => Waiting> {
  const staged = await loadStaged(ports.db, of, recordKeys);
  const parked = new Map(
    (await listParked(ports.db, { ...of, recordKeys, limit: recordKeys.length })).map((record) => [
      record.recordKey,
      record,
    ]),
  );
  return (key) => ({ parked: parked.get(key), staged: staged.get(key) });
}
