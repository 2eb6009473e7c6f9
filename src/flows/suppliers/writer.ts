import { differences } from '../../connectors/cin7/differences.ts';
import type { Cin7Supplier, SupplierFields } from '../../connectors/cin7/fields.ts';
import type { Rejection } from '../../domain/decoded.ts';
import type { Intent } from '../../store/intents.ts';
import type { Difference } from '../flow.ts';
import { findMarkedKey, hasMarker, markerOf } from '../marker.ts';
import { REDISCOVERY } from '../purchases/rediscovery.ts';
import type { LookUp, WritePorts, WriteResult, Writer, WriteTask } from '../target-flow.ts';
import { SupplierDirectory } from './directory.ts';
import { detailsOf, mergeAddresses, mergeContacts, NO_DETAILS, type SupplierDetails } from './nested.ts';
import { nameKeyOf, type SupplierPayload } from './payload.ts';

const COMMENTS_LENGTH_MAX = 256;
const FLAT_FIELDS = [
  'Name',
  'Currency',
  'PaymentTerm',
  'AccountPayable',
  'TaxRule',
  'Status',
  'TaxNumber',
] as const;

type Result = WriteResult<SupplierPayload>;

/** Writes suppliers: one call for a new one, one or two for a change. */
export function openSupplierWriter(ports: WritePorts): Writer<SupplierPayload> {
  let directory: Promise<SupplierDirectory> | undefined;
  const openDirectory = (): Promise<SupplierDirectory> => {
    directory ??= loadDirectory(ports);
    return directory;
  };
  return {
    async create(task) {
      const known = await openDirectory();
      const match = await findMatch(task, known, ports);
      if (match.kind === 'refused') return match;
      const current = match.supplier === undefined ? undefined : await readMatch(task, match.supplier, ports);
      if (current !== undefined) return adopt(task, current, ports);
      const created = await ports.target.createSupplier(fieldsOf(task.payload), ports.signal);
      known.add(created);
      return written('created', created, task.payload);
    },
    update: (task) => update(task, ports),
    // Nothing in JDE cancels a supplier; a change of its status is an update.
    void: () => Promise.reject(new Error('A supplier is never voided.')),
    lookUp: async (intents) => {
      const results = await lookUp(intents, ports);
      // What is absent by name is made again; the list is read anew first, should it stand there under another name.
      if ([...results.values()].some((result) => !result.found)) directory = undefined;
      return results;
    },
    begun: (intent) => found(intent, intent.cin7Id, payloadOf(intent)),
  };
}

async function loadDirectory(ports: WritePorts): Promise<SupplierDirectory> {
  const suppliers: Cin7Supplier[] = [];
  for await (const page of ports.target.listSuppliers(ports.signal)) suppliers.push(...page);
  return new SupplierDirectory(ports.settings.marker, suppliers);
}

type Match =
  | { readonly kind: 'match'; readonly supplier: Cin7Supplier | undefined }
  | Extract<Result, { kind: 'refused' }>;

async function findMatch(
  task: WriteTask<SupplierPayload>,
  directory: SupplierDirectory,
  ports: WritePorts,
): Promise<Match> {
  const marked = directory.markedWith(task.recordKey);
  if (marked !== undefined) {
    // Our own marker and no link: this store has lost what was written before, purchases perhaps too.
    await ports.memory.note(REDISCOVERY, 'due');
    return { kind: 'match', supplier: marked };
  }
  const named: Cin7Supplier[] = [];
  for (const supplier of directory.named(task.payload.Name, task.recordKey)) {
    if (!(await ports.isTaken(supplier.ID, task.recordKey))) named.push(supplier);
  }
  if (named.length > 1) {
    const detail = `Cin7 has ${named.length} suppliers named "${task.payload.Name}".`;
    return refused({ code: 'suppliers.several_in_cin7', field: 'Supplier.Name', detail });
  }
  return { kind: 'match', supplier: named[0] };
}

/**
 * The match as it stands now: lists trail behind, and what is written back is made from it. Nothing when another JDE supplier has
 * taken it since.
 */
async function readMatch(
  task: WriteTask<SupplierPayload>,
  listed: Cin7Supplier,
  ports: WritePorts,
): Promise<Cin7Supplier | undefined> {
  const current = await ports.target.readSupplier(listed.ID, ports.signal);
  const marked = current && findMarkedKey(current.Comments, ports.settings.marker, 'AB');
  return marked === undefined || marked === task.recordKey ? current : undefined;
}

/** Links a supplier that people typed in: fields that JDE knows better are brought in step, all else stays. */
async function adopt(
  task: WriteTask<SupplierPayload>,
  found: Cin7Supplier,
  ports: WritePorts,
): Promise<Result> {
  const payload = task.payload;
  if (found.Currency !== payload.Currency) {
    const detail = `"${found.Name}" is in ${found.Currency} in Cin7 and in ${payload.Currency} in JDE.`;
    return refused({ code: 'suppliers.currency_fixed', field: 'Supplier.Currency', detail });
  }
  const changes = await changesFor(found, payload, { details: NO_DETAILS, payload: undefined });
  if (!changes.ok) return refused(changes.rejection);
  const answered =
    Object.keys(changes.fields).length === 0
      ? found
      : await ports.target.updateSupplier(found.ID, changes.fields, ports.signal);
  return written('linked', answered, payload);
}

async function update(
  task: Parameters<Writer<SupplierPayload>['update']>[0],
  ports: WritePorts,
): Promise<Result> {
  const { link, payload } = task;
  const current = await ports.target.readSupplier(link.cin7Id, ports.signal);
  if (current === undefined) {
    return refused({
      code: 'cin7.record_gone',
      field: 'Supplier.ID',
      detail: `Supplier ${link.cin7Id} is no longer in Cin7.`,
    });
  }
  if (task.differences.some((difference) => difference.field === 'Currency')) {
    const detail = `JDE now has ${payload.Currency}, the supplier in Cin7 is in ${current.Currency}.`;
    return refused({ code: 'suppliers.currency_fixed', field: 'Supplier.Currency', detail });
  }
  // Written by this flow from the same types.
  const before = {
    details: JSON.parse(link.details) as SupplierDetails,
    payload: JSON.parse(link.payload) as SupplierPayload,
  };
  const changes = await changesFor(current, payload, before);
  if (!changes.ok) return refused(changes.rejection);
  // Only what JDE changed since the last write goes out; an edit by hand of another field in Cin7 stays.
  const fields = onlyChanged(changes.fields, task.differences);
  const sent = Object.keys(fields);
  const answered =
    sent.length === 0 ? current : await ports.target.updateSupplier(link.cin7Id, fields, ports.signal);
  // What was once stored otherwise than sent is compared as a whole, until it fits.
  return written('updated', answered, payload, link.fingerprint === '' ? undefined : sent);
}

type Changes =
  | { readonly ok: true; readonly fields: Partial<SupplierFields> }
  | { readonly ok: false; readonly rejection: Rejection };

/** The fields of a supplier in Cin7 that differ from the payload. */
async function changesFor(
  current: Cin7Supplier,
  payload: SupplierPayload,
  before: { details: SupplierDetails; payload: SupplierPayload | undefined },
): Promise<Changes> {
  const fields: { -readonly [K in keyof SupplierFields]?: SupplierFields[K] } = {};
  for (const name of FLAT_FIELDS) {
    if (!sameText(name, current[name], payload[name])) Object.assign(fields, { [name]: payload[name] });
  }
  const comments = withMarker(current.Comments, payload.Comments);
  if (comments !== current.Comments) fields.Comments = comments;

  const contacts = mergeContacts(current, payload, before);
  const addresses = mergeAddresses(current, payload, before);
  const touchesContacts = payload.Contacts.length > 0 || (before.payload?.Contacts.length ?? 0) > 0;
  if ((!contacts.ok && touchesContacts) || (!addresses.ok && payload.Addresses.length > 0)) {
    const detail = `Cin7 shows ${contacts.ok ? 'addresses' : 'contacts'} of "${current.Name}" without IDs.`;
    return { ok: false, rejection: { code: 'cin7.nested_without_id', field: 'Supplier.Contacts', detail } };
  }
  if (contacts.ok && touchesContacts && !sameRows(contacts.rows, current.Contacts))
    fields.Contacts = contacts.rows;
  if (addresses.ok && payload.Addresses.length > 0 && !sameRows(addresses.rows, current.Addresses))
    fields.Addresses = addresses.rows;
  return { ok: true, fields };
}

function onlyChanged(
  fields: Partial<SupplierFields>,
  differences: readonly Difference[],
): Partial<SupplierFields> {
  const touched = new Set(differences.map((difference) => /^\w+/.exec(difference.field)?.[0]));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => touched.has(name)));
}

/** Keeps what people wrote; the marker goes behind it, and in front of a text that fills the field. */
function withMarker(comments: string, marker: string): string {
  if (hasMarker(comments, marker)) return comments;
  const joined = comments.trim() === '' ? marker : `${comments.trimEnd()} ${marker}`;
  return joined.length <= COMMENTS_LENGTH_MAX
    ? joined
    : `${comments.slice(0, COMMENTS_LENGTH_MAX - marker.length - 2)}… ${marker}`;
}

async function lookUp(
  intents: readonly Intent[],
  ports: WritePorts,
): Promise<ReadonlyMap<string, LookUp<SupplierPayload>>> {
  const results = new Map<string, LookUp<SupplierPayload>>();
  for (const intent of intents) {
    const payload = payloadOf(intent);
    const marker = markerOf(ports.settings.marker, 'AB', intent.recordKey);
    const candidates = await ports.target.findSuppliersByName(payload.Name, ports.signal);
    const match = candidates.find(
      (candidate) =>
        hasMarker(candidate.Comments, marker) && nameKeyOf(candidate.Name) === nameKeyOf(payload.Name),
    );
    // One that stood there before the attempt, with our marker from an earlier life of the store, may not hold what was to be written.
    const holdsAll = match !== undefined && supplierDeviations(match, payload, undefined).length === 0;
    results.set(
      intent.recordKey,
      holdsAll
        ? { ...found(intent, match.ID, payload), details: detailsOf(match, payload) }
        : { found: false },
    );
  }
  return results;
}

/** A supplier is made by one call: it holds all of the intent's payload. */
function found(
  intent: Intent,
  cin7Id: string,
  payload: SupplierPayload,
): Extract<LookUp<SupplierPayload>, { found: true }> {
  return {
    found: true,
    cin7Id,
    cin7Number: '',
    details: NO_DETAILS,
    payload,
    fingerprint: intent.fingerprint,
  };
}

function payloadOf(intent: Intent): SupplierPayload {
  return JSON.parse(intent.payload) as SupplierPayload; // Written by this flow from the same type.
}

function fieldsOf(payload: SupplierPayload): SupplierFields {
  return { ...payload, Contacts: payload.Contacts.map(({ line: _, ...contact }) => contact) };
}

function written(
  outcome: 'created' | 'updated' | 'linked',
  answered: Cin7Supplier,
  payload: SupplierPayload,
  sent?: readonly string[],
): Result {
  return {
    kind: 'written',
    outcome,
    cin7Id: answered.ID,
    cin7Number: '',
    details: detailsOf(answered, payload),
    deviations: supplierDeviations(answered, payload, sent),
  };
}

/**
 * Unknown or refused values can vanish in silence in Cin7, so the answer is compared with what was sent.
 *
 * @param sent names of the fields that were sent; without them all. What people changed by hand is no deviation.
 */
export function supplierDeviations(
  answered: Cin7Supplier,
  payload: SupplierPayload,
  sent: readonly string[] | undefined,
): readonly Difference[] {
  // People's text stands beside the marker.
  const comments = hasMarker(answered.Comments, payload.Comments) ? answered.Comments : payload.Comments;
  const meant = Object.entries({ ...fieldsOf(payload), Comments: comments }).filter(
    ([name]) => sent === undefined || sent.includes(name),
  );
  const compared: Partial<SupplierFields> = Object.fromEntries(meant);
  const found = differences(compared, answered).filter(({ field }) => !field.endsWith('.IncludeInEmail'));
  return found.map(({ field, sent: from, got }) => ({ field: `Supplier.${field}`, from, to: got }));
}

function sameText(name: (typeof FLAT_FIELDS)[number], a: string, b: string): boolean {
  return name === 'Status' ? a.toLowerCase() === b.toLowerCase() : a.trim() === b.trim();
}

function sameRows(sent: readonly object[], current: readonly object[]): boolean {
  return sent.length === current.length && sent.every((row, place) => sameRow(row, current[place]));
}

function sameRow(a: object, b: object | undefined): boolean {
  if (b === undefined) return false;
  const other = new Map(Object.entries(b));
  // Flags are answered otherwise than sent in the documentation's own example; texts decide.
  return Object.entries(a).every(
    ([name, value]) => typeof value !== 'string' || value === (other.get(name) ?? ''),
  );
}

function refused(rejection: Rejection): Extract<Result, { kind: 'refused' }> {
  return { kind: 'refused', rejection };
}
