import { Fault } from '../faults/fault.ts';
import { insertSetUpToken, isSetUpTokenValid, takeAllSetUpTokens } from '../store/set-up-tokens.ts';
import { hasUsers } from '../store/users.ts';
import { beginAttempt } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import { noteFailure } from './failures.ts';
import { assertGoodPassword } from './password-policy.ts';
import type { Origin } from './principal.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { advance, type SignInResult } from './steps.ts';
import { note } from './trail.ts';
import { addUser, assertName } from './users.ts';

const SET_UP_TOKEN_MS = 24 * 3_600_000;

/**
 * At a first start, when there are no users: a token for the console of this machine. Whoever reads it there may make the first
 * admin; whoever only reaches the port may not. There is no default account.
 *
 * @returns the token, this once, or `undefined` where there are users.
 */
export async function issueSetUpToken(
  context: AccessContext,
): Promise<{ readonly token: string; readonly expiresAtMs: number } | undefined> {
  const token = newSecret(context.random);
  const nowMs = context.now();
  const expiresAtMs = nowMs + SET_UP_TOKEN_MS;
  return inSystem(context, async (tx) => {
    if (await hasUsers(tx)) return undefined;
    await insertSetUpToken(tx, { tokenHash: hashSecret(token), expiresAtMs, nowMs });
    return { token, expiresAtMs };
  });
}

/** Whether the first admin is still to be made. */
export async function needsSetUp(context: AccessContext): Promise<boolean> {
  return !(await hasUsers(context.db));
}

/**
 * Makes the first admin and signs this person in.
 *
 * @throws Fault `access.set_up_refused`, `access.password_weak`, `access.too_many_attempts`
 */
export async function setUp(
  context: AccessContext,
  order: { readonly token: string; readonly name: string; readonly password: string },
  origin: Origin,
): Promise<SignInResult> {
  const attempt = await beginAttempt(context, { what: 'set-up' }, origin);
  const hash = hashSecret(order.token);
  if (!(await isSetUpTokenValid(context.db, { hash, nowMs: context.now() }))) {
    await noteFailure(context, { what: 'set-up' }, origin);
    throw refused();
  }
  await inSystem(context, (tx) => attempt.succeeded(tx));
  assertName(order.name);
  await assertGoodPassword(order.password, {
    lengthMin: context.settings.passwordLengthMin,
    context: [order.name],
  });
  const passwordHash = await context.hasher.hash(order.password);
  const by = { actor: 'set-up', origin: origin.address };
  return inSystem(context, async (tx) => {
    if ((await hasUsers(tx)) || !(await takeAllSetUpTokens(tx))) throw refused();
    const user = { name: order.name, role: 'admin', origin: 'local' } as const;
    const admin = await addUser(context, tx, { ...user, passwordHash, passwordExpiresAtMs: null }, by);
    await note(tx, { action: 'access.set_up', by, atMs: context.now(), data: { user: admin.name } });
    return advance(context, tx, { user: admin, secondFactorDone: false }, origin);
  });
}

function refused(): Fault {
  return new Fault('access.set_up_refused', 'This set-up token is not valid.');
}
