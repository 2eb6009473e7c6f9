import { createHmac } from 'node:crypto';
import { Fault, isFault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { findUserIdOfIdentity, insertOidcFlow, type OidcPurpose, takeOidcFlow } from '../store/identities.ts';
import { findSession } from '../store/sessions.ts';
import { findUser } from '../store/users.ts';
import { renew } from './account.ts';
import { beginAttempt } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import { noteFailure } from './failures.ts';
import type { OidcChecks, OidcClaims, OidcProvider } from './oidc-provider.ts';
import { linkIdentity, userOfClaims } from './oidc-user.ts';
import { assertRecent, type Origin, type Principal, requesterOf, type UserPrincipal } from './principal.ts';
import { userOf } from './public-user.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { type NewSessionResult, openSession } from './steps.ts';

const FLOW_MS = 10 * 60_000;
const RETURN_TO = /^\/(?![/\\])[\w\-./?=&%~]*$/;

export interface OidcStart {
  /** Where the browser goes. */
  readonly url: string;
  /** For a cookie of this browser, as long as the way there and back takes. */
  readonly browserToken: string;
  readonly expiresAtMs: number;
}

export interface OidcOrder {
  /** The address of our own callback, as registered at the provider. */
  readonly redirectUri: string;
  /** Path of the console to go to afterwards. */
  readonly returnTo?: string | undefined;
}

/** What came back: a new session, or the session that was there under a new token. */
export type OidcResult =
  | { readonly purpose: 'sign-in'; readonly signIn: NewSessionResult; readonly returnTo: string }
  | { readonly purpose: 'link' | 'reauthenticate'; readonly token: string; readonly returnTo: string };

export function startOidcSignIn(context: AccessContext, order: OidcOrder): Promise<OidcStart> {
  return start(context, order, { purpose: 'sign-in', sessionId: null });
}

/** Links an identity at the provider with the user who is signed in. */
export function startOidcLink(
  context: AccessContext,
  principal: Principal,
  order: OidcOrder,
): Promise<OidcStart> {
  assertRecent(principal, context.now());
  return start(context, order, { purpose: 'link', sessionId: principal.sessionId });
}

/** Proves again who sits there, at the provider. */
export function startOidcReauthentication(
  context: AccessContext,
  principal: UserPrincipal,
  order: OidcOrder,
): Promise<OidcStart> {
  return start(context, order, { purpose: 'reauthenticate', sessionId: principal.sessionId });
}

/**
 * Takes what the provider sent the browser back with.
 *
 * @param back `callbackUrl` is the address with its query; `browserToken` the cookie of the start. Without it somebody else may have
 *   begun this sign-in, to have the person work in a foreign account.
 * @throws Fault `access.oidc_refused`, `access.oidc_unreachable`, `access.oidc_no_role`, `access.oidc_not_linked`
 */
export async function finishOidc(
  context: AccessContext,
  back: { readonly callbackUrl: URL; readonly browserToken: string },
  origin: Origin,
): Promise<OidcResult> {
  const provider = providerOf(context);
  const attempt = await beginAttempt(context, { what: 'oidc' }, origin);
  try {
    const { flow, found } = await walkBack(context, provider, back);
    const result = await concluded(context, { flow, found }, origin);
    await inSystem(context, (tx) => attempt.succeeded(tx));
    return result;
  } catch (fault) {
    if (isFault(fault, 'halt')) await noteFailure(context, { what: 'oidc' }, origin);
    throw fault;
  }
}

async function start(
  context: AccessContext,
  order: OidcOrder,
  flow: { purpose: OidcPurpose; sessionId: string | null },
): Promise<OidcStart> {
  const provider = providerOf(context);
  const state = newSecret(context.random);
  const browserToken = newSecret(context.random);
  const expiresAtMs = context.now() + FLOW_MS;
  const url = await provider.authorizationUrl({
    ...checksOf(state, browserToken),
    redirectUri: order.redirectUri,
    askAgain: flow.purpose === 'reauthenticate',
  });
  const returnTo = order.returnTo ?? '/';
  await insertOidcFlow(context.db, {
    ...flow,
    stateHash: hashSecret(state),
    browserHash: hashSecret(browserToken),
    redirectUri: order.redirectUri,
    // Only paths of our own: the callback must not send people elsewhere.
    returnTo: RETURN_TO.test(returnTo) ? returnTo : '/',
    expiresAtMs,
  });
  return { url, browserToken, expiresAtMs };
}

/** Nonce and code verifier follow from what only the browser holds, so the store keeps no secret of the way. */
function checksOf(state: string, browserToken: string): OidcChecks {
  const derive = (use: string): string =>
    createHmac('sha256', browserToken).update(`${use} ${state}`).digest('base64url');
  return { state, nonce: derive('nonce'), codeVerifier: derive('code verifier') };
}

type Flow = NonNullable<Awaited<ReturnType<typeof takeOidcFlow>>>;

async function walkBack(
  context: AccessContext,
  provider: OidcProvider,
  back: { readonly callbackUrl: URL; readonly browserToken: string },
): Promise<{ readonly flow: Flow; readonly found: OidcClaims }> {
  const state = back.callbackUrl.searchParams.get('state') ?? '';
  const flow = await takeOidcFlow(context.db, {
    stateHash: hashSecret(state),
    browserHash: hashSecret(back.browserToken),
    nowMs: context.now(),
  });
  if (flow === undefined)
    throw new Fault('access.oidc_refused', 'This sign-in was not begun in this browser, or too long ago.');
  // The address that is known to the provider, whatever proxies made of ours.
  const callbackUrl = new URL(flow.redirectUri);
  callbackUrl.search = back.callbackUrl.search;
  const found = await provider.exchange({
    ...checksOf(state, back.browserToken),
    callbackUrl,
    askedAgain: flow.purpose === 'reauthenticate',
  });
  return { flow, found };
}

async function concluded(
  context: AccessContext,
  way: { readonly flow: Flow; readonly found: OidcClaims },
  origin: Origin,
): Promise<OidcResult> {
  const { flow, found } = way;
  const { purpose, returnTo } = flow;
  if (purpose === 'sign-in') return { purpose, returnTo, signIn: await signedIn(context, found, origin) };
  return inSystem(context, async (tx) => {
    const principal = await principalOf(context, tx, flow.sessionId);
    if (purpose === 'link') {
      const user = await userOf(tx, principal.id);
      await linkIdentity(context, tx, { found, user }, requesterOf(principal, origin));
    } else if ((await findUserIdOfIdentity(tx, found)) !== principal.id) {
      throw new Fault('access.oidc_refused', 'Another person has signed in at the OpenID provider.');
    }
    const { token } = await renew(context, tx, principal, origin);
    return { purpose, returnTo, token };
  });
}

async function signedIn(
  context: AccessContext,
  found: OidcClaims,
  origin: Origin,
): Promise<NewSessionResult> {
  return inSystem(context, async (tx) => {
    const user = await userOfClaims(context, tx, found, origin);
    return openSession(context, tx, { user, method: 'oidc' }, origin);
  });
}

async function principalOf(context: AccessContext, tx: Tx, sessionId: string | null): Promise<UserPrincipal> {
  const session = sessionId === null ? undefined : await findSession(tx, sessionId);
  const user = session === undefined ? undefined : await findUser(tx, session.userId);
  if (
    session === undefined ||
    user === undefined ||
    user.disabledAtMs !== null ||
    hasEnded(context, session.expiresAtMs)
  )
    throw new Fault('access.session_ended', 'This session has ended.');
  const { id, name, role } = user;
  const { method, reauthenticatedAtMs, expiresAtMs } = session;
  return { kind: 'user', id, name, role, sessionId: session.id, method, reauthenticatedAtMs, expiresAtMs };
}

const hasEnded = (context: AccessContext, expiresAtMs: number): boolean => context.now() >= expiresAtMs;

function providerOf(context: AccessContext): OidcProvider {
  if (context.provider === undefined) throw new Fault('access.oidc_off', 'No OpenID provider is configured.');
  return context.provider;
}
