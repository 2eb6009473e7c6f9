import type { Cin7Fault } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { Cin7Simulator } from './simulator.ts';
import type { Cin7Switches } from './switches.ts';

interface PurchaseChoice {
  readonly id?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly note?: string | undefined;
  readonly last?: true | undefined;
}
interface SupplierChoice {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** What an event does: to the wire, or by a person in the user interface. */
export type ScenarioAct =
  | { readonly kind: 'outage'; readonly status: number; readonly forMs: number }
  | { readonly kind: 'addFault'; readonly fault: Cin7Fault }
  | { readonly kind: 'clearFaults' }
  | { readonly kind: 'setSwitches'; readonly switches: Partial<Cin7Switches> }
  | { readonly kind: 'restart' }
  | {
      readonly kind: 'authoriseOrder' | 'voidPurchase' | 'undoPurchase' | 'receiveStock';
      readonly purchase: PurchaseChoice;
    }
  | { readonly kind: 'editPurchase'; readonly purchase: PurchaseChoice; readonly note: string }
  | {
      readonly kind: 'editSupplier';
      readonly supplier: SupplierChoice;
      readonly name?: string | undefined;
      readonly comments?: string | undefined;
    }
  | { readonly kind: 'deprecateSupplier'; readonly supplier: SupplierChoice }
  | { readonly kind: 'archiveAccount'; readonly code: string }
  | { readonly kind: 'deactivateTerm'; readonly name: string };

interface TimedAct {
  readonly afterCall?: number | undefined;
  readonly atMs?: number | undefined;
  readonly do: ScenarioAct;
}

/** Hangs the events on calls and timers. `stop` lets go of them and ends outages. */
export function playActs(
  simulator: Cin7Simulator,
  events: readonly TimedAct[],
  onProblem: (message: string) => void,
): { stop(): void } {
  const endings: (() => void)[] = [];
  const run = (act: ScenarioAct): void => {
    try {
      const ending = perform(simulator, act, onProblem);
      if (ending !== undefined) endings.push(ending);
    } catch (error) {
      onProblem(`event ${act.kind}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const event of events) {
    if (event.atMs === undefined) continue;
    const timer = setTimeout(() => run(event.do), event.atMs);
    endings.push(() => clearTimeout(timer));
  }
  endings.push(
    simulator.onAnswered((n) => {
      for (const event of events) if (event.afterCall === n) run(event.do);
    }),
  );
  return {
    stop: () => {
      for (const ending of endings.splice(0)) ending();
    },
  };
}

/** Does it; returns how to end it early, where it lasts. */
function perform(
  simulator: Cin7Simulator,
  act: ScenarioAct,
  onProblem: (message: string) => void,
): (() => void) | undefined {
  switch (act.kind) {
    case 'outage': {
      const remove = simulator.addFault({ on: {}, do: { kind: 'status', status: act.status } });
      const timer = setTimeout(remove, act.forMs);
      return () => {
        clearTimeout(timer);
        remove();
      };
    }
    case 'addFault':
      return simulator.addFault(act.fault);
    case 'clearFaults':
      simulator.clearFaults();
      return undefined;
    case 'setSwitches':
      Object.assign(simulator.switches, act.switches);
      return undefined;
    case 'restart':
      simulator.restart().catch((error: unknown) => onProblem(`event restart: ${String(error)}`));
      return undefined;
    case 'authoriseOrder':
    case 'voidPurchase':
    case 'undoPurchase':
    case 'receiveStock':
      simulator[act.kind](purchaseId(simulator, act.purchase));
      return undefined;
    case 'editPurchase':
      simulator.editPurchase(purchaseId(simulator, act.purchase), { Note: act.note });
      return undefined;
    case 'editSupplier': {
      const { name, comments } = act;
      simulator.editSupplier(supplierId(simulator, act.supplier), {
        ...(name === undefined ? {} : { Name: name }),
        ...(comments === undefined ? {} : { Comments: comments }),
      });
      return undefined;
    }
    case 'deprecateSupplier':
      simulator.deprecateSupplier(supplierId(simulator, act.supplier));
      return undefined;
    case 'archiveAccount':
      simulator.archiveAccount(act.code);
      return undefined;
    case 'deactivateTerm':
      simulator.deactivateTerm(act.name);
      return undefined;
  }
}

function purchaseId(simulator: Cin7Simulator, choice: PurchaseChoice): string {
  if (choice.id !== undefined) return choice.id;
  const found =
    choice.note === undefined
      ? simulator
          .purchases()
          .findLast((row) => choice.last === true || row['OrderNumber'] === choice.orderNumber)
      : simulator.purchasesWithNote(choice.note)[0];
  return idOf(found, 'purchase');
}

function supplierId(simulator: Cin7Simulator, choice: SupplierChoice): string {
  return choice.id ?? idOf(simulator.suppliersNamed(choice.name ?? '')[0], 'supplier');
}

function idOf(row: JsonObject | undefined, noun: string): string {
  const id = row?.['ID'];
  if (typeof id !== 'string') throw new Error(`no such ${noun} in the simulator yet`);
  return id;
}
