import type { CrosswalkKind } from '../../api/crosswalk.ts';
import type { ParkedCause, ParkedGroup } from '../../api/parked.ts';
import type { FlowName } from '../../api/types.ts';
import { recordsText, whyText } from '../../texts/causes.ts';
import { crosswalk } from '../../texts/crosswalk.ts';
import { parked as texts } from '../../texts/parked.ts';
import { listed } from '../../texts/words.ts';

/** A code of the crosswalk that records wait for. */
export interface WaitedCode {
  readonly kind: CrosswalkKind;
  readonly code: string;
}

/** Records that are parked for one reason, whatever each of them waits for. */
export interface Cause {
  readonly key: string;
  readonly code: string;
  readonly hint: string;
  readonly count: number;
  /** One per flow and thing that is waited for; most first. */
  readonly groups: readonly ParkedGroup[];
  /** What a choice in the crosswalk would settle. */
  readonly kind: CrosswalkKind | undefined;
  /** Which records it is for, as the server knows them. */
  readonly selection: ParkedCause;
}

/** Codes that a choice settles; of the others the thing waited for is only named. */
const SETTLED_BY_CHOICE: ReadonlySet<string> = new Set([
  'crosswalk.unmapped',
  'crosswalk.broken',
  'crosswalk.ambiguous',
  'accounts.unmatched',
]);

/** Causes, those first that can be settled here, those last that settle themselves. */
export function causesOf(groups: readonly ParkedGroup[]): readonly Cause[] {
  const byCause = Map.groupBy(groups, (group) => JSON.stringify(selectionOf(group)));
  const causes = [...byCause].flatMap(([key, members]) => {
    const [first] = members;
    return first === undefined ? [] : [causeOf(key, first, members)];
  });
  return causes.toSorted((a, b) => rankOf(a) - rankOf(b) || b.count - a.count);
}

function causeOf(key: string, first: ParkedGroup, groups: readonly ParkedGroup[]): Cause {
  const { code, hint } = first;
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const kind = isAccountToChoose(first) ? 'account' : waitedCodeOf(first)?.kind;
  return { key, code, hint, count, groups, kind, selection: selectionOf(first) };
}

/** A code stops records of several flows; any other cause is that of one field of one flow. */
function selectionOf(group: ParkedGroup): ParkedCause {
  const kind = waitedCodeOf(group)?.kind;
  const { flow, code, field } = group;
  return kind === undefined ? { flow, code, field } : { code, kind };
}

function rankOf({ code, kind, selection }: Cause): number {
  if (code === 'purchases.supplier_waiting') return 3;
  if (kind === undefined) return 2;
  // Accounts as such stop nothing; orders that are booked to them stand before.
  return selection.flow === 'accounts' ? 1 : 0;
}

/** An account of the chart that needs a choice: it is the code itself. */
export function isAccountToChoose({ flow, code }: Pick<ParkedGroup, 'flow' | 'code'>): boolean {
  return flow === 'accounts' && SETTLED_BY_CHOICE.has(code);
}

/** `crosswalk:item:MM-1` */
export function waitedCodeOf({
  code,
  subject,
}: Pick<ParkedGroup, 'code' | 'subject'>): WaitedCode | undefined {
  const [, kind, of] = /^crosswalk:(\w+):(.*)$/s.exec(subject) ?? [];
  if (of === undefined || !SETTLED_BY_CHOICE.has(code) || !isKind(kind)) return undefined;
  return { kind, code: of };
}

function isKind(text: string | undefined): text is CrosswalkKind {
  return text !== undefined && Object.hasOwn(crosswalk.kinds, text);
}

/** `37 purchase orders wait for 4 unknown items` */
export function titleOf(cause: Cause): string {
  const { code, count, groups, kind, selection } = cause;
  const records = causeRecords(cause);
  const things = new Set(groups.map(({ subject }) => subject)).size;
  if (code === 'purchases.supplier_waiting')
    return texts.waitFor(records, count, texts.notYet(things, things === 1 ? 'supplier' : 'suppliers'));
  if (kind === undefined || selection.flow === 'accounts' || code !== 'crosswalk.unmapped')
    return `${records} ${whyText(code, count)}`;
  const { one, many } = crosswalk.kinds[kind];
  return texts.waitFor(records, count, texts.unknown(things, things === 1 ? one : many));
}

/** `4 purchase orders and 1 supplier` */
export const causeRecords = ({ groups }: Pick<Cause, 'groups'>): string => groupRecords(groups);

export function groupRecords(groups: readonly ParkedGroup[]): string {
  const counts = new Map<FlowName, number>();
  for (const { flow, count } of groups) counts.set(flow, (counts.get(flow) ?? 0) + count);
  return listed(
    [...counts].toSorted(([, a], [, b]) => b - a).map(([flow, count]) => recordsText(flow, count)),
  );
}
