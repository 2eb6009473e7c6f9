import type { CrosswalkKind } from '../../api/crosswalk.ts';
import type { ParkedGroup } from '../../api/parked.ts';
import type { FlowName } from '../../api/types.ts';
import { recordsText, whyText } from '../../texts/causes.ts';
import { crosswalk } from '../../texts/crosswalk.ts';
import { parked as texts } from '../../texts/parked.ts';

/** A code of the crosswalk that records wait for. */
export interface WaitedCode {
  readonly kind: CrosswalkKind;
  readonly code: string;
}

/** Records of one flow that are parked for one reason, whatever each of them waits for. */
export interface Cause {
  readonly key: string;
  readonly flow: FlowName;
  readonly code: string;
  readonly field: string;
  readonly hint: string;
  readonly count: number;
  /** One per thing that is waited for; most first. */
  readonly groups: readonly ParkedGroup[];
  /** What a choice in the crosswalk would settle. */
  readonly kind: CrosswalkKind | undefined;
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
  const byCause = Map.groupBy(groups, (group) => {
    const kind = waitedCodeOf(group)?.kind ?? '';
    return [group.flow, group.code, kind === '' ? group.field : kind].join('\n');
  });
  const causes = [...byCause].flatMap(([key, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { flow, code, field, hint } = first;
    const count = members.reduce((sum, group) => sum + group.count, 0);
    const ofAccounts = flow === 'accounts' && SETTLED_BY_CHOICE.has(code);
    const kind = ofAccounts ? ('account' as const) : waitedCodeOf(first)?.kind;
    return [{ key, flow, code, field, hint, count, groups: members, kind }];
  });
  return causes.toSorted((a, b) => rankOf(a) - rankOf(b) || b.count - a.count);
}

function rankOf(cause: Cause): number {
  if (cause.code === 'purchases.supplier_waiting') return 2;
  return cause.kind === undefined ? 1 : 0;
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
  const { flow, code, count, groups, kind } = cause;
  const records = recordsText(flow, count);
  if (code === 'purchases.supplier_waiting')
    return texts.waitFor(
      records,
      count,
      texts.notYet(groups.length, groups.length === 1 ? 'supplier' : 'suppliers'),
    );
  if (kind === undefined || flow === 'accounts' || code !== 'crosswalk.unmapped')
    return `${records} ${whyText(code, count)}`;
  const { one, many } = crosswalk.kinds[kind];
  return texts.waitFor(records, count, texts.unknown(groups.length, groups.length === 1 ? one : many));
}
