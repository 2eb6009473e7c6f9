import type { JsonObject } from '../../src/simulators/cin7/json.ts';
import { arrivedOrders, arrivedSuppliers } from './arrived.ts';
import type { Chance } from './chance.ts';
import { textOf } from './expected.ts';
import type { Stage } from './stage.ts';

/** Lets a person do something in Cin7, now. Returns what, in words, or nothing when there was nothing to do it to. */
export function actInCin7(stage: Stage, chance: Chance): string | undefined {
  stage.note();
  const told = ACTS[chance.weighted(WEIGHTS)](stage, chance);
  return told === undefined ? undefined : `Cin7: ${told}`;
}

const WEIGHTS = {
  authorise: 5,
  voided: 2,
  memo: 2,
  receive: 2,
  comment: 4,
  contact: 3,
  taxNumber: 2,
  archive: 0.3,
} as const;

const ACTS: Readonly<Record<keyof typeof WEIGHTS, (stage: Stage, chance: Chance) => string | undefined>> = {
  authorise: onOrder((id, key, { world, history }) => {
    world.cin7.authoriseOrder(id);
    history.authorised.add(key);
    return 'is authorised by a person';
  }),
  voided: onOrder((id, key, { world, history }) => {
    world.cin7.voidPurchase(id);
    history.voided.add(key);
    return 'is voided by a person';
  }),
  memo: onOrder((id, key, { world, history }) => {
    world.cin7.editPurchase(id, { Memo: 'Called them.' });
    history.editedOrders.add(key);
    return 'gets a memo by hand';
  }),
  receive: onOrder((id, key, { world, history }) => {
    world.cin7.receiveStock(id);
    history.authorised.add(key);
    history.received.add(key);
    return 'is received in Cin7';
  }),
  comment: onSupplier((supplier, key, { world, history }) => {
    const text = 'Ask for Maria.';
    world.cin7.editSupplier(supplier.id, { Comments: `${text} ${supplier.comments}` });
    history.comments.set(key, text);
    return 'gets a comment by hand';
  }),
  contact: onSupplier((supplier, _key, { world }) => {
    const row = world.cin7.suppliers().find((each) => each['ID'] === supplier.id);
    const contacts = row?.['Contacts'];
    const rows = (Array.isArray(contacts) ? contacts : []) as readonly JsonObject[]; // Rows of a supplier are objects.
    world.cin7.editSupplier(supplier.id, { Contacts: [...rows, { Name: 'Maria', Phone: '555-7777' }] });
    return 'gets a contact by hand';
  }),
  taxNumber: onSupplier((supplier, key, { world, history }) => {
    world.cin7.editSupplier(supplier.id, { TaxNumber: 'by hand' });
    history.editedSuppliers.add(key);
    return 'gets a tax number by hand';
  }),
  archive: ({ world }, chance) => {
    const account = chance.oneOf(world.jde.rows('F0901'));
    const code = textOf(account, 'OBJ');
    if (!world.cin7.accounts().some((row) => row['Code'] === code)) return undefined;
    world.cin7.archiveAccount(code);
    return `account ${code} is archived`;
  },
};

function onOrder(act: (id: string, key: string, stage: Stage) => string | undefined) {
  return (stage: Stage, chance: Chance): string | undefined => {
    const live = [...arrivedOrders(stage.world.cin7)].flatMap(([key, orders]) =>
      orders
        .filter((order) => !order.isVoided && order.content.lines.length > 0)
        .map(({ id }) => ({ key, id })),
    );
    const found = chance.oneOf(live);
    if (found === undefined) return undefined;
    const told = act(found.id, found.key, stage);
    return told === undefined ? undefined : `order ${found.key} ${told}`;
  };
}

function onSupplier(
  act: (
    supplier: { readonly id: string; readonly comments: string },
    key: string,
    stage: Stage,
  ) => string | undefined,
) {
  return (stage: Stage, chance: Chance): string | undefined => {
    const found = chance.oneOf([...arrivedSuppliers(stage.world.cin7)]);
    const supplier = found?.[1][0];
    if (found === undefined || supplier === undefined) return undefined;
    const told = act(supplier, found[0], stage);
    return told === undefined ? undefined : `supplier ${found[0]} ${told}`;
  };
}
