import ipaddr from 'ipaddr.js';
import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import {
  clearAttempts,
  isKnownAddress,
  lockAttempts,
  noteKnownAddress,
  type StoredAttempts,
  saveAttempts,
} from '../store/sign-in-attempts.ts';
import { nameKeyOf, type StoredUser } from '../store/users.ts';
import { type AccessContext, inSystem } from './context.ts';
import type { Origin } from './principal.ts';
import { hashSecret } from './secrets.ts';
import { note } from './trail.ts';

/**
 * How failures slow down. Waits double from one second on; they end at `waitMsMax` and are never for ever.
 *
 * The trade-off: an account that is locked for good after some failures can be locked by anybody who knows its name, so whoever
 * wants to harm the company would lock all its admins out. Hence the wait of an account ends at one minute: 1,440 guesses a day at
 * most, against passwords that are none of the common ones. Longer waits fall on what strangers cannot make others wait for: their own
 * address, and codes, which are asked for only after the right password. And an address from which a person has signed in before
 * has a counter of its own for that person, so that a stranger elsewhere does not make the person wait at all.
 */
const RULES = {
  account: { free: 5, waitMsMax: 60_000 },
  code: { free: 5, waitMsMax: 15 * 60_000 },
  address: { free: 20, waitMsMax: 15 * 60_000 },
} as const;

type RuleName = keyof typeof RULES;

/** After a day without a failure a counter begins anew. */
export const FORGET_MS = 24 * 3_600_000;
/** How long an address counts as one that a person uses. */
export const KNOWN_ADDRESS_MS = 90 * 24 * 3_600_000;

interface Counter {
  readonly key: string;
  readonly rule: RuleName;
}

/** What is tried, for whom. `user` is undefined where the name is unknown: it is counted all the same. */
export interface Trial {
  readonly what: 'password' | 'code' | 'reauthentication' | 'set-up' | 'oidc';
  readonly user?: StoredUser | undefined;
  /** As it was typed. */
  readonly name?: string;
}

/** An attempt that counts as failed until it has succeeded. */
export interface Attempt {
  /** In the transaction of what succeeded. */
  succeeded(tx: Tx): Promise<void>;
}

/**
 * Counts an attempt as failed before it is looked at: a thousand at the same moment do not slip through before the first one is
 * known to be wrong. Success takes it back.
 *
 * @throws Fault `access.too_many_attempts`, without a look at what is tried.
 */
export async function beginAttempt(context: AccessContext, trial: Trial, origin: Origin): Promise<Attempt> {
  const nowMs = context.now();
  const counters = await countersOf(context, trial, origin);
  const waitMs = await inSystem(context, async (tx) => {
    const states = [];
    for (const counter of counters) states.push({ counter, attempts: await current(tx, counter.key, nowMs) });
    const blocks = states.filter(({ attempts }) => attempts.blockedUntilMs > nowMs);
    if (blocks.length > 0) {
      for (const { counter, attempts } of blocks)
        await noteBlock(context, tx, { counter, attempts, trial, origin, nowMs });
      return Math.max(...blocks.map(({ attempts }) => attempts.blockedUntilMs)) - nowMs;
    }
    for (const { counter, attempts } of states)
      await saveAttempts(tx, counter.key, oneMore(counter, attempts, nowMs));
    return 0;
  });
  if (waitMs > 0) {
    throw new Fault(
      'access.too_many_attempts',
      `Too many failed attempts. Try again in ${Math.ceil(waitMs / 1_000)} s.`,
      {
        retryAfterMs: waitMs,
      },
    );
  }
  return { succeeded: (tx) => takeBack(tx, { counters, user: trial.user, origin, nowMs }) };
}

/** IPv6 users have a /64 or more for themselves, so all of it is one address here. */
export function addressKeyOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 100);
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex')}/64`;
}

async function countersOf(context: AccessContext, trial: Trial, origin: Origin): Promise<readonly Counter[]> {
  const addressKey = addressKeyOf(origin.address);
  const address: Counter = { key: `address ${addressKey}`, rule: 'address' };
  const { user, what } = trial;
  switch (what) {
    case 'password': {
      // A hash: some people type their password into the field of the name.
      const account = `account ${hashSecret(nameKeyOf(trial.name ?? ''))}`;
      const seenSinceMs = context.now() - KNOWN_ADDRESS_MS;
      const known =
        user !== undefined &&
        (await isKnownAddress(context.db, { userId: user.id, addressKey, seenSinceMs }));
      return [{ key: known ? `${account} at ${addressKey}` : account, rule: 'account' }, address];
    }
    case 'code':
    case 'reauthentication':
      return [{ key: `${what} ${user?.id ?? ''}`, rule: 'code' }, address];
    case 'set-up':
    case 'oidc':
      // 256 random bits: guessing is hopeless, and a counter for all would let strangers stop the set-up.
      return [address];
  }
}

async function current(tx: Tx, key: string, nowMs: number): Promise<StoredAttempts> {
  const stored = await lockAttempts(tx, key);
  if (nowMs - stored.lastAtMs <= FORGET_MS) return stored;
  return { failures: 0, lastAtMs: nowMs, blockedUntilMs: 0, blockNoted: false };
}

function oneMore(counter: Counter, attempts: StoredAttempts, nowMs: number): StoredAttempts {
  const failures = attempts.failures + 1;
  const waitMs = waitAfter(failures, RULES[counter.rule]);
  return { failures, lastAtMs: nowMs, blockedUntilMs: waitMs === 0 ? 0 : nowMs + waitMs, blockNoted: false };
}

function waitAfter(failures: number, rule: { free: number; waitMsMax: number }): number {
  if (failures < rule.free) return 0;
  return Math.min(1_000 * 2 ** Math.min(failures - rule.free, 30), rule.waitMsMax);
}

async function takeBack(
  tx: Tx,
  success: { counters: readonly Counter[]; user: StoredUser | undefined; origin: Origin; nowMs: number },
): Promise<void> {
  for (const { key, rule } of success.counters) {
    if (rule !== 'address') await clearAttempts(tx, key);
    else await takeOneBack(tx, key);
  }
  if (success.user === undefined) return;
  const addressKey = addressKeyOf(success.origin.address);
  await noteKnownAddress(tx, { userId: success.user.id, addressKey, nowMs: success.nowMs });
}

/** Only this attempt: who owns one account must not wash away failures at others. */
async function takeOneBack(tx: Tx, key: string): Promise<void> {
  const attempts = await lockAttempts(tx, key);
  const failures = Math.max(0, attempts.failures - 1);
  const blockedUntilMs = failures < RULES.address.free ? 0 : attempts.blockedUntilMs;
  await saveAttempts(tx, key, { ...attempts, failures, blockedUntilMs });
}

/** Once for each block: the trail grows with the blocks, not with the knocks. */
async function noteBlock(
  context: AccessContext,
  tx: Tx,
  block: { counter: Counter; attempts: StoredAttempts; trial: Trial; origin: Origin; nowMs: number },
): Promise<void> {
  const { counter, attempts, trial, origin, nowMs } = block;
  if (attempts.blockNoted) return;
  await saveAttempts(tx, counter.key, { ...attempts, blockNoted: true });
  await note(tx, {
    action: 'access.sign_in_blocked',
    by: { actor: 'anonymous', origin: origin.address },
    atMs: nowMs,
    data: {
      what: trial.what,
      user: trial.user?.name ?? null,
      counted: counter.rule,
      failures: attempts.failures,
      untilMs: attempts.blockedUntilMs,
    },
  });
  const untilMs = attempts.blockedUntilMs;
  await context.onBlocked?.(tx, { user: trial.user?.name ?? '', origin: origin.address, untilMs });
}
