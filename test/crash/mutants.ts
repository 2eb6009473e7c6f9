import type { Point } from './sweep.ts';
import { type Variant, variantNamed } from './variants.ts';
import type { Rewrite } from './world.ts';

/** A deliberate mistake in the product, and the boundaries at which a crash brings it to light. */
export interface Mutant {
  readonly name: string;
  readonly rewrite: Rewrite;
  readonly variant: Variant;
  readonly strikes: (point: Point) => boolean;
}

/** Longer than it takes to start the connector again. */
const LAG_SECONDS = 10;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an intent that is written after its call',
    variant: variantNamed('usual'),
    rewrite: {
      file: 'src/sync/write.ts',
      replacements: [
        { from: 'slice.map((change) => intentOf(change, sentAtMs)),', to: '[],' },
        {
          from: 'const result = await perform(change, writing);',
          to: `const result = await perform(change, writing);
    await writing.ledger.transact(flow.name, async (tx) => {
      await saveSentIntents(tx, writing.ports.run, flow.name, [intentOf(change, writing.ports.now())]);
      return { counted: {}, value: undefined };
    });`,
        },
      ],
    },
    strikes: isOrderMade,
  },
  {
    name: 'a read position that moves before its rows are staged',
    variant: variantNamed('usual'),
    rewrite: {
      file: 'src/sync/read.ts',
      replacements: [
        {
          from: 'const changed = await saveChangedRows(tx, place, rows, nowMs);',
          to: `await savePosition(tx, place, position, nowMs);
    return { counted: {}, value: undefined };
  });
  await ledger.transact(flow.name, async (tx) => {
    const changed = await saveChangedRows(tx, place, rows, nowMs);`,
        },
      ],
    },
    strikes: ({ kind, what }) => kind === 'commit not done' && what.startsWith('source_rows stage'),
  },
  {
    name: 'a look-up that does not wait for the lag of lists',
    variant: {
      name: 'long lag',
      what: 'lists of Cin7 trail',
      settings: { cin7: { listLagSeconds: LAG_SECONDS } },
      switches: { listLagSeconds: LAG_SECONDS },
    },
    rewrite: {
      file: 'src/sync/settle.ts',
      replacements: [{ from: 'absent.length === 0 || ports.listLagMs <= 0', to: 'absent.length >= 0' }],
    },
    strikes: isOrderMade,
  },
];

/** The header of a purchase was sent, and nobody has heard of it. */
function isOrderMade({ kind, what }: Point): boolean {
  return kind === 'call sent' && what.endsWith('POST /ExternalApi/v2/advanced-purchase');
}

/** A store that does not wait for the disk: only a look at the system calls can tell. */
export const UNSYNCED: Rewrite = {
  file: 'src/store/database.ts',
  replacements: [{ from: "'synchronous = FULL'", to: "'synchronous = NORMAL'" }],
};
