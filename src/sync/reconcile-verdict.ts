import type { LocalDate } from '../domain/local-date.ts';
import { hintOf } from '../faults/fault.ts';
import type { Link } from '../store/links.ts';
import type { ParkedRecord } from '../store/parked.ts';
import type { StageReason } from '../store/stage.ts';
import type { Amount, Counted, FindingText } from './reconcile-book.ts';

/** What JDE says of a record now. */
export interface Standing {
  readonly label: string;
  /** Whether it belongs to Cin7: `cancelled` is an order none of whose lines lives. */
  readonly place: 'due' | 'notDue' | 'cancelled';
  /** Day of its last change in JDE. */
  readonly day: LocalDate | null;
  /** The next sync reads it anyway: it changed since the last one. */
  readonly unread: boolean;
  /** What JDE holds otherwise than was last written, in words; only of a linked record. */
  readonly changed: string | undefined;
  /** Sum of an order that is due. */
  readonly amount?: Amount;
}

/** An object of Cin7, as its list shows it. */
export interface Cin7Object {
  readonly id: string;
  /** `Parts Emporium`, `PO-00102` */
  readonly name: string;
  /** Voided, or deprecated. */
  readonly isOver: boolean;
  /** Its state in the words of Cin7. */
  readonly status: string;
  /** It has gone its way in Cin7: authorised, received, invoiced. */
  readonly movedOn: boolean;
}

export interface FieldDifference {
  readonly field: string;
  readonly jdeValue: string;
  readonly cin7Value: string;
}

/** Why a record is not in step, where that is known. */
export interface Waiting {
  readonly parked: ParkedRecord | undefined;
  readonly staged: StageReason | undefined;
}

interface Met {
  readonly noun: 'supplier' | 'purchase';
  readonly recordKey: string;
  readonly standing: Standing;
  readonly waiting: Waiting;
}

type Verdict = Omit<Counted, 'onSides'>;

/** Judges a record that JDE has and nothing in Cin7 is linked to. Pure. */
export function judgeUnlinked(met: Met): Verdict {
  const { recordKey, standing, noun } = met;
  const reason = waitingReason(met);
  const base = {
    recordKey,
    label: standing.label,
    cin7Id: null,
    field: null,
    jdeValue: null,
    cin7Value: null,
  };
  if (reason !== undefined && (standing.place === 'due' || met.waiting.parked !== undefined))
    return { class: 'waiting', code: reason.code, findings: [{ ...base, ...reason.text }] };
  if (standing.place !== 'due') return { class: 'notDue' };
  const explanation =
    noun === 'supplier'
      ? 'The supplier is in JDE and was never written to Cin7; it is neither staged nor parked.'
      : 'The order is released in JDE and was never written to Cin7; it is neither staged nor parked.';
  const nextStep = `Read it again: ${backfillCommand(noun, recordKey)}.`;
  return { class: 'neverArrived', findings: [{ ...base, explanation, nextStep }] };
}

interface MetLinked extends Met {
  readonly link: Link;
  /** `undefined`: it is no longer in Cin7. */
  readonly object: Cin7Object | undefined;
  readonly differences: readonly FieldDifference[];
}

/** Judges a record that JDE has and that is linked. Pure. */
export function judgeLinked(met: MetLinked): Verdict {
  const { link, object, standing } = met;
  const isOverInJde =
    standing.place === 'cancelled' || (link.state === 'voided' && standing.place === 'notDue');
  if (isOverInJde && (object === undefined || object.isOver)) return { class: 'closed' };
  if (object === undefined) return gone(met);
  if (link.state === 'voided') return voidedBefore(met, object);
  const reason = waitingReason(met);
  if (met.differences.length > 0 && !EXPLAINS_DIFFERENCES.has(met.waiting.parked?.code ?? ''))
    return { class: 'edited', findings: editedFindings(met, met.differences) };
  const base = findingBase(met);
  const changed = changeInJde(met);
  if (reason !== undefined && (met.waiting.parked ?? met.waiting.staged ?? changed) !== undefined)
    return { class: 'waiting', code: reason.code, findings: [{ ...base, ...reason.text }] };
  if (changed !== undefined) {
    const nextStep = `Read it again: ${backfillCommand(met.noun, met.recordKey)}.`;
    return { class: 'changedInJde', findings: [{ ...base, explanation: changed, nextStep }] };
  }
  return object.movedOn ? movedOn(met, object) : { class: 'equal' };
}

/** Judges a link whose record JDE no longer shows. Pure. */
export function judgeGoneInJde(met: {
  noun: 'supplier' | 'purchase';
  link: Link;
  object: Cin7Object | undefined;
}): Verdict {
  const { link, object, noun } = met;
  if (object === undefined || object.isOver) return { class: 'closed' };
  const table = noun === 'supplier' ? 'F0401' : 'F4301 and F4311';
  const base = {
    recordKey: link.recordKey,
    label: link.label,
    cin7Id: link.cin7Id,
    field: null,
    jdeValue: null,
    cin7Value: object.name,
  };
  const explanation = `JDE shows no row of it in ${table} any more: it was removed or purged there, or row security hides it from the JDE user. In Cin7 it is ${object.status}.`;
  const nextStep =
    noun === 'supplier'
      ? 'If it is really gone in JDE, deprecate the supplier in Cin7. If not, check row security of the JDE user.'
      : 'If the order is really gone in JDE, void or finish the purchase in Cin7. If not, check row security of the JDE user.';
  return { class: 'goneInJde', findings: [{ ...base, explanation, nextStep }] };
}

/** Findings for fields that people changed in Cin7: one each. */
export function editedFindings(
  met: Pick<MetLinked, 'noun' | 'recordKey' | 'link' | 'object' | 'standing'> & { waiting?: Waiting },
  differences: readonly FieldDifference[],
): readonly FindingText[] {
  return differences.map((difference) => ({
    ...findingBase(met),
    ...difference,
    ...explainEdit(met, difference),
  }));
}

/** Parked for the very reason that the list shows. */
const EXPLAINS_DIFFERENCES: ReadonlySet<string> = new Set(['cin7.stored_differently']);

/** How an order or a supplier is read again, whatever the watermark says. */
export function backfillCommand(noun: 'supplier' | 'purchase', recordKey: string): string {
  const flow = noun === 'supplier' ? 'suppliers' : 'purchases';
  return `ml-connector sync --backfill --flow ${flow} --from-key ${recordKey} --to-key ${recordKey}`;
}

function gone(met: MetLinked): Verdict {
  const { link, noun } = met;
  const number = link.cin7Number === '' ? link.cin7Id : link.cin7Number;
  const parked = met.waiting.parked === undefined ? '' : ` It is parked: ${met.waiting.parked.detail}`;
  const explanation = `The ${noun} ${number} that it is linked to is no longer in Cin7, or belongs to another company.${parked}`;
  const nextStep = `Send it anew: ml-connector records replay ${met.recordKey} --relink --apply.`;
  return { class: 'goneInCin7', findings: [{ ...findingBase(met), explanation, nextStep }] };
}

/** We voided it because its order was cancelled. */
function voidedBefore(met: MetLinked, object: Cin7Object): Verdict {
  const reason = waitingReason(met);
  if (!object.isOver) {
    const difference = { field: 'Purchase.Status', jdeValue: 'VOIDED', cin7Value: object.status };
    return { class: 'edited', findings: editedFindings(met, [difference]) };
  }
  const base = findingBase(met);
  if (reason !== undefined)
    return { class: 'waiting', code: reason.code, findings: [{ ...base, ...reason.text }] };
  const explanation = `The order lives again in JDE; its purchase ${object.name} was voided when it was cancelled.`;
  const nextStep = `Read it again: ${backfillCommand(met.noun, met.recordKey)}.`;
  return { class: 'changedInJde', findings: [{ ...base, explanation, nextStep }] };
}

function changeInJde({ standing, noun, link }: MetLinked): string | undefined {
  if (standing.place === 'cancelled' && noun === 'purchase')
    return `The order was cancelled in JDE; purchase ${link.cin7Number} stands in Cin7.`;
  if (link.state === 'begun') return `Purchase ${link.cin7Number} stands in Cin7 without its lines.`;
  return standing.changed;
}

function movedOn(met: MetLinked, object: Cin7Object): Verdict {
  const explanation = `Purchase ${object.name} is ${object.status} in Cin7: people have taken it on from there. A later change in JDE will be parked, since Cin7 refuses changes then.`;
  const text = { ...findingBase(met), cin7Value: object.status, explanation, nextStep: 'Nothing to do.' };
  return { class: 'movedOn', findings: [text] };
}

function findingBase(met: Pick<MetLinked, 'recordKey' | 'standing' | 'link'>): FindingText {
  return {
    recordKey: met.recordKey,
    label: met.standing.label,
    cin7Id: met.link.cin7Id,
    field: null,
    jdeValue: null,
    cin7Value: null,
    explanation: '',
    nextStep: '',
  };
}

interface Reason {
  readonly code: string;
  readonly text: { readonly explanation: string; readonly nextStep: string };
}

function waitingReason(met: Met): Reason | undefined {
  const { parked, staged } = met.waiting;
  if (parked !== undefined)
    return {
      code: parked.code,
      text: { explanation: `It is parked: ${parked.detail}`, nextStep: hintOf(parked.code) },
    };
  if (staged !== undefined)
    return {
      code: 'staged',
      text: { explanation: `It is on the stage (${staged}).`, nextStep: 'The next sync works it off.' },
    };
  const { day, unread } = met.standing;
  if (!unread) return undefined;
  const explanation =
    day === null ? 'No sync has read it yet.' : `JDE changed it on ${day}, since the last sync.`;
  return { code: 'notReadYet', text: { explanation, nextStep: 'The next sync reads it.' } };
}

function explainEdit(
  met: Pick<MetLinked, 'noun' | 'recordKey' | 'object'> & { waiting?: Waiting },
  { field, cin7Value, jdeValue }: FieldDifference,
): { explanation: string; nextStep: string } {
  const name = met.object?.name ?? '';
  const again = `ml-connector records replay ${met.recordKey} --relink --apply`;
  const parked = met.waiting?.parked === undefined ? '' : ` It is parked: ${met.waiting.parked.detail}`;
  if (field === 'Purchase.Status' && cin7Value.toUpperCase() === 'VOIDED') {
    return {
      explanation: `Purchase ${name} was voided by hand in Cin7; its order lives in JDE.${parked}`,
      nextStep: `Cancel the order in JDE, or send it as a new purchase: ${again}.`,
    };
  }
  if (field === 'Purchase.Status') {
    return {
      explanation: `Purchase ${name} is ${cin7Value} in Cin7; it was voided because its JDE order was cancelled.`,
      nextStep: 'Void it in Cin7, or let its order live again in JDE.',
    };
  }
  if (field === 'Purchase.OrderStatus') {
    return {
      explanation: `Purchase ${name} was taken back to ${cin7Value} by hand in Cin7; it was written as ${jdeValue}.`,
      nextStep: 'Authorise it in Cin7 again.',
    };
  }
  if (field === 'Supplier.Comments') {
    return {
      explanation: `The marker of supplier "${name}" was removed or changed by hand in Cin7. It is still linked; only a lost store would not find it again.`,
      nextStep: `Put ${jdeValue} back into its comments.`,
    };
  }
  return {
    explanation: `${field} of "${name}" was changed by hand in Cin7. A sync leaves it so until JDE changes that field.`,
    nextStep: 'Change it back in Cin7, or enter it in JDE.',
  };
}
