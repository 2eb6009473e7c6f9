import { type ArrivedOrder, type ArrivedSupplier, arrivedOrders, arrivedSuppliers } from './arrived.ts';
import type { Books, ParkedRow } from './books.ts';
import type { Evidence } from './expected.ts';
import { type ExpectedOrder, expectedOrders, type Fields, type OrderContent } from './expected-orders.ts';
import { type ExpectedSupplier, expectedSuppliers, type SupplierContent } from './expected-suppliers.ts';
import { aroundOf, type History } from './history.ts';

export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'wrong';
  readonly what: string;
}

/** Compares what stands in Cin7 with what JDE holds, the customer's mapping and what people did; names every difference. */
export function judge(evidence: Evidence, history: History, books: Books): readonly Finding[] {
  const parked = new Map(books.parked.map((row) => [`${row.flow} ${row.record_key}`, row]));
  const findings: Finding[] = books.flaws.map((what) => ({ kind: 'wrong', what }));
  if (books.openIntents > 0)
    findings.push({ kind: 'wrong', what: `${books.openIntents} writes are still in doubt` });
  if (books.staged > 0)
    findings.push({ kind: 'wrong', what: `${books.staged} records are still on the stage` });
  const suppliers = arrivedSuppliers(evidence.cin7);
  for (const [key, expected] of expectedSuppliers(evidence)) {
    const of = { key, arrived: suppliers.get(key) ?? [], parked: parked.get(`suppliers ${key}`), history };
    findings.push(...judgeSupplier(expected, of));
  }
  const orders = arrivedOrders(evidence.cin7);
  for (const [key, expected] of expectedOrders(evidence, aroundOf(evidence))) {
    const of = {
      key,
      arrived: orders.get(key) ?? [],
      parked: parked.get(`purchases ${key}`),
      history,
      evidence,
    };
    findings.push(...judgeOrder(expected, of));
  }
  return findings;
}

interface SupplierCase {
  readonly key: string;
  readonly arrived: readonly ArrivedSupplier[];
  readonly parked: ParkedRow | undefined;
  readonly history: History;
}

function judgeSupplier(expected: ExpectedSupplier, of: SupplierCase): readonly Finding[] {
  const { key, arrived, parked, history } = of;
  const what = `supplier ${key}`;
  if (arrived.length > 1) return [{ kind: 'doubled', what: `${what} is there ${arrived.length} times` }];
  const [found] = arrived;
  if (expected.kind === 'parked') {
    if (parked === undefined)
      return [{ kind: 'lost', what: `${what} is not parked for ${expected.reasons.join(' or ')}` }];
    return expected.reasons.includes(parked.code)
      ? []
      : [wrong(`${what} is parked for ${parked.code}, not ${expected.reasons.join(' or ')}`)];
  }
  if (parked !== undefined)
    return justifiedSupplierPark(parked, expected.content, of)
      ? []
      : [wrong(`${what} is parked without reason: ${parked.code} ${parked.detail}`)];
  if (found === undefined) return [{ kind: 'lost', what: `${what} (${expected.content.name}) is lost` }];
  return [
    ...supplierDifferences(expected.content, found, of),
    ...(found.comments.includes(history.comments.get(key) ?? '')
      ? []
      : [wrong(`${what}: the comment of people is gone`)]),
  ].map((finding) => ({
    ...finding,
    what: finding.what.startsWith(what) ? finding.what : `${what}: ${finding.what}`,
  }));
}

function justifiedSupplierPark(
  parked: ParkedRow,
  content: SupplierContent,
  { arrived }: SupplierCase,
): boolean {
  switch (parked.code) {
    case 'suppliers.currency_fixed':
      // Somebody typed it in with another currency, or JDE has changed it since.
      return arrived[0] === undefined || arrived[0].fields['Currency'] !== content.fields['Currency'];
    case 'suppliers.several_in_cin7':
      return arrived.length === 0;
    default:
      return false;
  }
}

function supplierDifferences(
  content: SupplierContent,
  found: ArrivedSupplier,
  of: SupplierCase,
): readonly Finding[] {
  const { key, history } = of;
  const findings: Finding[] = [];
  const names = [content.name, `${content.name} (${key})`];
  const isEdited = history.editedSuppliers.has(key);
  if (!names.some((name) => folded(name) === folded(found.name)) && !isEdited)
    findings.push(wrong(`Name is ${found.name} instead of ${content.name}`));
  for (const [name, value] of Object.entries(content.fields)) {
    if (found.fields[name] !== value && !isEdited)
      findings.push(wrong(`${name} is "${found.fields[name]}" instead of "${value}"`));
  }
  if (content.address !== undefined) {
    const same = found.addresses.filter((row) => isEqual(row, content.address ?? {}));
    if (same.length === 0)
      findings.push(
        wrong(`address ${JSON.stringify(found.addresses)} instead of ${JSON.stringify(content.address)}`),
      );
    if (same.length > 1) findings.push({ kind: 'doubled', what: 'the address is there twice' });
  }
  for (const contact of content.contacts) {
    const same = found.contacts.filter((row) => isEqual(row, contact));
    if (same.length === 0)
      findings.push(wrong(`contacts ${JSON.stringify(found.contacts)} lack ${JSON.stringify(contact)}`));
    if (same.length > 1)
      findings.push({ kind: 'doubled', what: `contact ${contact['Name']} is there twice` });
  }
  return findings;
}

interface OrderCase {
  readonly key: string;
  readonly arrived: readonly ArrivedOrder[];
  readonly parked: ParkedRow | undefined;
  readonly history: History;
  readonly evidence: Evidence;
}

function judgeOrder(expected: ExpectedOrder, of: OrderCase): readonly Finding[] {
  const { key, arrived, parked, history } = of;
  const what = `order ${key}`;
  const live = arrived.filter((order) => !order.isVoided);
  if (live.length > 1) return [{ kind: 'doubled', what: `${what} is there ${live.length} times` }];
  const [found] = live;
  const findings: Finding[] = [];
  const voided = arrived.filter((order) => order.isVoided);
  if (voided.length > 0 && !history.cancelled.has(key) && !history.voided.has(key))
    findings.push(wrong(`${what} was voided and never cancelled`));
  if (
    found !== undefined &&
    found.content.lines.length === 0 &&
    found.content.charges.length === 0 &&
    parked === undefined
  )
    findings.push({ kind: 'lost', what: `${what} is an empty ${found.status} in Cin7` });
  return [...findings, ...contentFindings(expected, found, of)].map((finding) => ({
    ...finding,
    what: finding.what.startsWith(what) ? finding.what : `${what}: ${finding.what}`,
  }));
}

function contentFindings(
  expected: ExpectedOrder,
  found: ArrivedOrder | undefined,
  of: OrderCase,
): readonly Finding[] {
  const { parked, history, key } = of;
  switch (expected.kind) {
    case 'parked': {
      if (parked === undefined)
        return [{ kind: 'lost', what: `is not parked for ${expected.reasons.join(' or ')}` }];
      return expected.reasons.includes(parked.code)
        ? oldContent(found, of)
        : [wrong(`is parked for ${parked.code}, not ${expected.reasons.join(' or ')}: ${parked.detail}`)];
    }
    case 'notDue':
      return parked === undefined || history.voided.has(key)
        ? oldContent(found, of)
        : [wrong(`is not due, and parked for ${parked.code}`)];
    case 'cancelled':
      if (found === undefined)
        return parked === undefined || history.voided.has(key)
          ? []
          : [wrong(`is cancelled, and parked for ${parked.code}`)];
      if (parked?.code === 'purchases.cancelled_after_authorised' && found.status === 'AUTHORISED') return [];
      return [wrong(`was cancelled in JDE and is ${found.status} in Cin7`)];
    case 'here':
      return hereFindings(expected.forms, found, of);
  }
}

function hereFindings(
  forms: readonly OrderContent[],
  found: ArrivedOrder | undefined,
  of: OrderCase,
): readonly Finding[] {
  const { parked, history, key, evidence } = of;
  if (found === undefined) {
    // A person took it away; the connector says so when it looks next, and does not make it anew.
    if (parked?.code === 'purchases.authorised_in_cin7')
      return [wrong(`is said to be authorised, and was voided`)];
    return history.voided.has(key)
      ? []
      : [
          {
            kind: 'lost',
            what: `is lost${parked === undefined ? '' : `, parked for ${parked.code}: ${parked.detail}`}`,
          },
        ];
  }
  const differences = forms.map((form) => orderDifferences(form, found.content));
  const fewest = differences.toSorted((a, b) => a.length - b.length)[0] ?? [];
  if (fewest.length === 0) {
    if (parked !== undefined) return [wrong(`is right, and parked for ${parked.code}: ${parked.detail}`)];
    const mayBeDraft = evidence.choices.orderStatus === 'DRAFT' && !history.authorised.has(key);
    const isRight = found.status === 'AUTHORISED' ? !mayBeDraft : mayBeDraft || history.editedOrders.has(key);
    return isRight ? [] : [wrong(`is ${found.status}`)];
  }
  const mustBeLeft = evidence.choices.authorisedChange === 'park' || history.received.has(key);
  if (parked?.code === 'purchases.authorised_in_cin7' && found.status === 'AUTHORISED' && mustBeLeft)
    return oldContent(found, of);
  if (parked?.code === 'purchases.supplier_changed') return oldContent(found, of);
  if (parked === undefined && history.editedOrders.has(key)) return [];
  return fewest.map((text) => wrong(`${text}${parked === undefined ? '' : ` (parked for ${parked.code})`}`));
}

/** What stands in Cin7 while JDE has moved on must have been right at some time, part by part. */
function oldContent(found: ArrivedOrder | undefined, { key, history }: OrderCase): readonly Finding[] {
  if (found === undefined || history.editedOrders.has(key)) return [];
  const versions = history.orders.get(key) ?? [];
  const lines = versions.flatMap((version) => [...version.lines, ...version.charges]);
  return [...found.content.lines, ...found.content.charges]
    .filter((line) => !lines.some((known) => isEqual(known, line)))
    .map((line) => wrong(`line ${JSON.stringify(line)} was never right`));
}

function orderDifferences(expected: OrderContent, found: OrderContent): readonly string[] {
  return [
    ...fieldDifferences(expected.header, found.header),
    ...(expected.memo === found.memo ? [] : [`Memo is "${found.memo}" instead of "${expected.memo}"`]),
    ...lineDifferences('line', expected.lines, found.lines),
    ...lineDifferences('charge', expected.charges, found.charges),
  ];
}

/** The order of lines in an answer says nothing. */
function lineDifferences(
  kind: string,
  expected: readonly Fields[],
  found: readonly Fields[],
): readonly string[] {
  const left = [...found];
  const missing = expected.filter((line) => {
    const place = left.findIndex((other) => isEqual(line, other));
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  return [
    ...missing.map((line) => `${kind} ${JSON.stringify(line)} is missing`),
    ...left.map((line) => `${kind} ${JSON.stringify(line)} is too many`),
  ];
}

function fieldDifferences(expected: Fields, found: Fields): readonly string[] {
  return Object.entries(expected)
    .filter(([name, value]) => found[name] !== value)
    .map(([name, value]) => `${name} is "${found[name]}" instead of "${value}"`);
}

function isEqual(a: Fields, b: Fields): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every(
    (name) => (a[name] ?? '') === (b[name] ?? ''),
  );
}

const folded = (name: string): string => name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
const wrong = (what: string): Finding => ({ kind: 'wrong', what });
