import { describe, expect, test } from 'vitest';
import { codeAt, HERE, madeUser, openDesk, PASSWORD, signedIn, withTotp } from '../access/access.testkit.ts';
import { registerConnection } from '../store/connections.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { saveChannel } from '../store/notice-channels.ts';
import { noteProcess } from '../store/processes.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { trailEvent } from '../store/trail.testkit.ts';
import { appendTrail, listTrail } from '../store/trail.ts';
import { pruneTrail } from '../store/trail-prune.ts';
import { verifyStoredTrail } from '../store/trail-source.ts';
import { DAY_MS } from '../trail/retention.ts';
import { checkVault } from '../vault/check.ts';
import { chooseKeySource, KEY_VARIABLE, PREVIOUS_VARIABLE } from '../vault/key-source.ts';
import { openTrailSigner } from '../vault/trail-signer.ts';
import { ANNA, keyText, openedVault, openWith, set } from '../vault/vault.testkit.ts';
import { previewKeyReset, resetKeys } from './key-reset.ts';
import { checkTrails } from './upkeep.ts';

const FORMER = keyText();
const OTHER = keyText();
const SECRET = 'nobody-may-see-this-7730';

const environmentOf = (key: string, previous?: string) =>
  chooseKeySource({
    settings: {},
    folder: '/nowhere',
    storePath: 'store.db',
    env: { [KEY_VARIABLE]: key, ...(previous === undefined ? {} : { [PREVIOUS_VARIABLE]: previous }) },
  });
const common = { nowMs: NOW_MS, isDead: () => false };
const preview = (db: Db, key: string) => previewKeyReset({ ...common, db, source: environmentOf(key) });
const reset = (db: Db, key: string, previous?: string) =>
  resetKeys({ ...common, db, source: environmentOf(key, previous), requester: ANNA });

const entriesOf = async (db: Db, chain: string) =>
  (await listTrail(db, { chain, afterSeq: 0, limit: 1_000 })).map(({ actor, action, data }) => ({
    actor,
    action,
    data: JSON.parse(data) as Readonly<Record<string, unknown>>,
  }));

async function tablesOf(db: Db) {
  const [secrets, dataKeys, masterKeys, users, trail] = await Promise.all([
    db.selectFrom('secrets').selectAll().orderBy('owner').orderBy('name').execute(),
    db.selectFrom('data_keys').selectAll().orderBy('id').execute(),
    db.selectFrom('master_keys').selectAll().orderBy('id').execute(),
    db.selectFrom('users').selectAll().orderBy('id').execute(),
    db.selectFrom('trail').selectAll().orderBy('chain').orderBy('seq').execute(),
  ]);
  return { secrets, dataKeys, masterKeys, users, trail };
}

/** A connection and a notice channel with sealed secrets. @returns id of the connection. */
async function filled(db: Db): Promise<string> {
  const vault = await openedVault(db, environmentOf(FORMER));
  const { id } = await inTransaction(db, (tx) =>
    registerConnection(tx, { name: 'main', settings: {}, nowMs: NOW_MS }),
  );
  const channel = { id: 'n1', name: 'ops', kind: 'slack', settings: '{}', events: null, connections: null };
  await saveChannel(db, { ...channel, enabled: true, createdAtMs: NOW_MS, updatedAtMs: NOW_MS });
  await set(db, vault, { 'jde.password': SECRET, 'jde.user': SECRET }, id);
  await set(db, vault, { 'notice.n1': SECRET }, 'system');
  return id;
}

describe('a reset', () => {
  test('says what would be lost by name, and changes nothing', async () => {
    const db = await freshStore();
    await filled(db);
    const before = await tablesOf(db);
    const plan = await preview(db, OTHER);
    expect(plan).toMatchObject({
      connections: [{ name: 'main', credentials: ['jde.password', 'jde.user'] }],
      channels: ['ops'],
      users: [],
      trailKey: { lost: false, signed: [] },
      others: [],
      counts: { secrets: 3, dataKeys: 2, kept: 0 },
    });
    expect(plan.lostKeyIds).toEqual(before.masterKeys.map(({ id }) => id));
    expect(JSON.stringify(plan)).not.toContain(SECRET);
    expect(await tablesOf(db)).toEqual(before);
  });

  test('gives up what does not open, tells every trail, and the key that is there seals from now on', async () => {
    const db = await freshStore();
    const id = await filled(db);
    await expect(openWith(db, environmentOf(OTHER))).rejects.toMatchObject({ code: 'vault.key_wrong' });
    const plan = await reset(db, OTHER);
    expect(await tablesOf(db)).toMatchObject({ secrets: [], dataKeys: [], masterKeys: [] });
    const removed = (await entriesOf(db, id)).filter(({ action }) => action === 'secret.removed');
    expect(removed.map(({ actor, data }) => [actor, data['name'], data['because']])).toEqual([
      [ANNA.actor, 'jde.password', 'vault.reset'],
      [ANNA.actor, 'jde.user', 'vault.reset'],
    ]);
    const told = await entriesOf(db, 'system');
    expect(told.at(-1)).toEqual({
      actor: ANNA.actor,
      action: 'vault.reset',
      data: {
        place: plan.place,
        keyId: plan.keyId,
        lostKeyIds: plan.lostKeyIds,
        secrets: 3,
        dataKeys: 2,
        kept: 0,
        connections: ['main'],
        channels: ['ops'],
        users: [],
        signingKeys: [],
      },
    });
    expect(JSON.stringify(told)).not.toContain(SECRET);
    const vault = await openedVault(db, environmentOf(OTHER));
    await set(db, vault, { 'jde.user': 'again' }, id);
    expect(await vault.open(id, 'jde.user')).toBe('again');
    for (const chain of [id, 'system'])
      expect(await verifyStoredTrail(db, chain)).toMatchObject({ flaw: undefined });
  });

  test('refuses where everything opens, and where nothing is sealed', async () => {
    const db = await freshStore();
    await expect(preview(db, OTHER)).rejects.toMatchObject({ code: 'vault.nothing_lost' });
    await filled(db);
    const before = await tablesOf(db);
    await expect(preview(db, FORMER)).rejects.toMatchObject({ code: 'vault.nothing_lost' });
    await expect(reset(db, FORMER)).rejects.toMatchObject({ code: 'vault.nothing_lost' });
    await expect(reset(db, OTHER, FORMER)).rejects.toMatchObject({ code: 'vault.nothing_lost' });
    expect(await tablesOf(db)).toEqual(before);
  });

  test.each(['serve', 'worker'] as const)(
    'refuses while a %s tells of itself, and names it',
    async (role) => {
      const db = await freshStore();
      await filled(db);
      const process = { id: 'p1', role, host: 'there', pid: 41, version: '1', startedAtMs: 0 };
      await noteProcess(db, process, NOW_MS - 59_000);
      const before = await tablesOf(db);
      const refusal = {
        code: 'store.in_use',
        message: expect.stringContaining(`${role} uses the store (there:41)`),
      };
      await expect(preview(db, OTHER)).rejects.toMatchObject(refusal);
      await expect(reset(db, OTHER)).rejects.toMatchObject(refusal);
      expect(await tablesOf(db)).toEqual(before);
      await noteProcess(db, process, NOW_MS - 61_000);
      await expect(preview(db, OTHER)).resolves.toMatchObject({ channels: ['ops'] });
    },
  );

  test('refuses while a run is at work, and not for one whose process is gone', async () => {
    const db = await freshStore();
    await filled(db);
    await startedRun(db, { name: 'second' });
    await expect(reset(db, OTHER)).rejects.toMatchObject({ code: 'store.in_use' });
    const source = environmentOf(OTHER);
    const gone = { db, source, nowMs: NOW_MS, requester: ANNA, isDead: () => true };
    expect(await resetKeys(gone)).toMatchObject({ counts: { secrets: 3 } });
  });

  test('takes out a damaged secret alone, and leaves what opens as it is', async () => {
    const db = await freshStore();
    const id = await filled(db);
    await db.updateTable('secrets').set({ sealed: 'damaged' }).where('name', '=', 'jde.user').execute();
    const plan = await reset(db, FORMER);
    expect(plan).toMatchObject({
      lostKeyIds: [],
      connections: [{ name: 'main', credentials: ['jde.user'] }],
      channels: [],
      counts: { secrets: 1, dataKeys: 0, kept: 2 },
    });
    const vault = await openedVault(db, environmentOf(FORMER));
    expect([...(await vault.openAll(id)).keys()]).toEqual(['jde.password']);
    expect(await checkVault(db, environmentOf(FORMER))).toMatchObject({ broken: [], secrets: { opened: 2 } });
  });

  test('after a change of keys that stopped half way keeps what the key at hand opens', async () => {
    const db = await freshStore();
    const id = await filled(db);
    const [former] = (await tablesOf(db)).masterKeys;
    // The connection is still under the former key, the rest under the next one, which is lost.
    const lost = { id: 'mk_lost', state: 'current', check_value: 'x', created_at: NOW_MS };
    await db.updateTable('master_keys').set({ state: 'retiring' }).execute();
    await db.insertInto('master_keys').values(lost).execute();
    await db
      .updateTable('data_keys')
      .set({ wrapped: 'with the lost key', master_key_id: lost.id })
      .where('owner', '=', 'system')
      .execute();
    const plan = await reset(db, FORMER);
    expect(plan).toMatchObject({
      lostKeyIds: ['mk_lost'],
      connections: [],
      channels: ['ops'],
      counts: { secrets: 1, dataKeys: 1, kept: 2 },
    });
    expect((await tablesOf(db)).masterKeys).toMatchObject([{ id: former?.id, state: 'current' }]);
    const { vault, notices } = await openWith(db, environmentOf(FORMER));
    expect(notices).toEqual([]);
    expect(await vault.open(id, 'jde.user')).toBe(SECRET);
    await set(db, vault, { 'notice.n1': 'again' }, 'system');
    expect(await vault.check()).toMatchObject({ broken: [], isChanging: false });
  });

  test('takes a second factor away that nobody can check any more: its owner signs in, enrols anew, and the trail says who', async () => {
    const desk = await openDesk({ settings: { requireTotp: ['admin'] } });
    const { db } = desk;
    for (const [name, role] of [
      ['anna', 'operator'],
      ['ben', 'viewer'],
    ] as const)
      await madeUser(desk, name, role);
    const anna = await madeUser(desk, 'carla', 'operator');
    await withTotp(desk, (await signedIn(desk, 'anna')).principal);
    const { recoveryCodes } = await withTotp(desk, (await signedIn(desk, 'carla')).principal);
    await desk.access.changeRole(anna, 'admin', ANNA);
    const before = await entriesOf(db, 'system');
    expect(await reset(db, OTHER)).toMatchObject({ users: ['anna', 'carla'] });
    const after = (await entriesOf(db, 'system')).slice(before.length);
    expect(
      after
        .filter(({ action }) => action === 'user.totp_reset')
        .map(({ data }) => [data['user'], data['because']]),
    ).toEqual([
      ['anna', 'vault.reset'],
      ['carla', 'vault.reset'],
    ]);
    const later = desk.reopened({ box: await openedVault(db, environmentOf(OTHER)) });
    const signIn = (name: string) => later.signIn({ name, password: PASSWORD }, HERE);
    expect(await signIn('anna')).toMatchObject({ kind: 'session' });
    expect(await signIn('ben')).toMatchObject({ kind: 'session' });
    // Her role needs one: the password alone does not let her in.
    const asked = await signIn('carla');
    if (asked.kind !== 'totp_enrolment_required') throw new Error(`Unexpected: ${asked.kind}`);
    const { secret } = await later.startTotpByTicket(asked.ticket, HERE);
    const code = codeAt(secret, desk.clock.nowMs);
    const enrolled = await later.confirmTotpByTicket({ ticket: asked.ticket, code }, HERE);
    expect(enrolled.signIn.kind).toBe('session');
    expect(enrolled.recoveryCodes).not.toContain(recoveryCodes[0]);
  });

  test('names the lost signing keys of summaries, which are then no alarm of the daily check', async () => {
    const db = await freshStore();
    const former = await openedVault(db, environmentOf(FORMER));
    const signer = await openTrailSigner(db, former, ANNA);
    const old = trailEvent({ at: NOW_MS - 700 * DAY_MS, action: 'flow.done', recordKey: null });
    await inTransaction(db, (tx) => appendTrail(tx, 'c1', [old, old, trailEvent()]));
    const order = { chain: 'c1', beforeMs: NOW_MS - 400 * DAY_MS, nowMs: NOW_MS, requester: ANNA, signer };
    expect(await pruneTrail(db, order)).toMatchObject({ removed: 2 });
    expect(await reset(db, OTHER)).toMatchObject({ trailKey: { lost: true, signed: [signer.keyId] } });
    const vault = await openedVault(db, environmentOf(OTHER));
    const notices = async () =>
      (await db.selectFrom('notices').selectAll().execute()).map(({ event }) => event);
    const ports = { db, vault, now: () => NOW_MS, signal: new AbortController().signal };
    await checkTrails(ports);
    const next = await openTrailSigner(db, vault, ANNA);
    await checkTrails(ports);
    expect(await notices()).toEqual([]);
    // Whoever asks is told, and whoever kept the public key can check.
    expect(await verifyStoredTrail(db, 'c1', { verifier: next })).toMatchObject({
      unknownKeys: [signer.keyId],
    });
    expect(await verifyStoredTrail(db, 'c1', { verifier: signer })).toMatchObject({
      flaw: undefined,
      unknownKeys: [],
    });
    // A key that no reset names is somebody else's.
    await db.updateTable('trail_summaries').set({ key_id: 'somebody' }).execute();
    await checkTrails(ports);
    expect(await notices()).toEqual(['trail.damaged']);
  });

  test('is told in the trail for ever: retention does not remove it', async () => {
    const db = await freshStore();
    const vault = await openedVault(db);
    const signer = await openTrailSigner(db, vault, ANNA);
    const at = NOW_MS - 700 * DAY_MS;
    const told = trailEvent({ at, action: 'vault.reset', flow: null, recordKey: null });
    const old = trailEvent({ at, action: 'flow.done', recordKey: null });
    await inTransaction(db, (tx) => appendTrail(tx, 'c1', [old, told, old]));
    const order = { chain: 'c1', beforeMs: NOW_MS - 400 * DAY_MS, nowMs: NOW_MS, requester: ANNA, signer };
    expect(await pruneTrail(db, order)).toMatchObject({ removed: 2, kept: 1 });
    expect((await entriesOf(db, 'c1')).map(({ action }) => action)).toEqual(['vault.reset', 'trail.pruned']);
    expect(await verifyStoredTrail(db, 'c1', { verifier: signer })).toMatchObject({ flaw: undefined });
  });
});
