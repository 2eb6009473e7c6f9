import type { Cin7Switches } from '../../src/simulators/cin7/index.ts';

/** One way in which the connection is set up and the world behaves. */
export interface Variant {
  readonly name: string;
  readonly what: string;
  /** Settings of the connection besides its addresses. */
  readonly settings: {
    readonly cin7?: Readonly<Record<string, unknown>>;
    readonly purchases?: Readonly<Record<string, unknown>>;
    readonly accounts?: Readonly<Record<string, unknown>>;
  };
  readonly switches?: Partial<Cin7Switches>;
  /** The changes come while the connector is down: after the first run was killed, before it is started again. */
  readonly changesWhileDown?: boolean;
  /** Before the second run the store is put back to what it was before the first one, as from a backup. */
  readonly restoresStore?: boolean;
  /** At the boundary the power goes: of the store only what was synced is left for certain. Needs strace. */
  readonly cutsPower?: boolean;
  /** `--every` takes each n-th boundary of a variant that is slow, or that goes the way of another one. */
  readonly every?: number;
}

export const VARIANTS: readonly Variant[] = [
  { name: 'usual', what: 'four writes at once, changed orders of people are parked', settings: {} },
  {
    name: 'one-by-one',
    what: 'at a pace at which each call is counted and each write noted by itself',
    settings: { cin7: { callsPerMinute: 119, writesAtOnce: 1 } },
    every: 3,
  },
  {
    name: 'redo',
    what: 'orders arrive authorised, and are undone and written again; missing accounts are made',
    settings: {
      purchases: { orderStatus: 'AUTHORISED', authorisedChange: 'redo' },
      accounts: { createAccounts: true },
    },
    every: 2,
  },
  {
    name: 'changes-while-down',
    what: 'JDE and the crosswalk change after the crash, before the next start',
    settings: {},
    changesWhileDown: true,
  },
  {
    name: 'restored',
    what: 'the store is put back from a backup before the second run: everything is found by its marker',
    settings: {},
    restoresStore: true,
    every: 2,
  },
  {
    name: 'power-cut',
    what: 'the power goes at the boundary, and what was not synced is lost, or torn',
    settings: {},
    cutsPower: true,
    every: 4,
  },
  {
    name: 'lag',
    what: 'lists of Cin7 trail by a second',
    settings: { cin7: { listLagSeconds: 1 } },
    switches: { listLagSeconds: 1 },
    every: 5,
  },
];

export function variantNamed(name: string): Variant {
  const found = VARIANTS.find((variant) => variant.name === name);
  if (found === undefined)
    throw new Error(
      `There is no variant ${name}; there are ${VARIANTS.map((each) => each.name).join(', ')}.`,
    );
  return found;
}
