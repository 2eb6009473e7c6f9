import { randomBytes } from 'node:crypto';
import type { AccessSettings } from '../config/access.ts';
import type { Db } from '../store/database.ts';
import { changePassword, ownAccount, reauthenticate } from './account.ts';
import { authenticateToken, createToken, listTokens, revokeToken } from './api-tokens.ts';
import type { AccessContext } from './context.ts';
import { finishOidc, startOidcLink, startOidcReauthentication, startOidcSignIn } from './oidc.ts';
import { openOidcProvider } from './oidc-provider.ts';
import { argon2Hasher, type PasswordHasher } from './passwords.ts';
import {
  confirmTotp,
  confirmTotpByTicket,
  disableTotp,
  renewRecoveryCodes,
  startTotp,
  startTotpByTicket,
} from './second-factor.ts';
import type { SecretBox } from './secret-box.ts';
import { newSecret } from './secrets.ts';
import { authenticateSession, endSession, listSessions, signOut, signOutEverywhere } from './sessions.ts';
import { issueSetUpToken, needsSetUp, setUp } from './set-up.ts';
import { signIn, submitCode, submitNewPassword } from './sign-in.ts';
import { sweepAccess } from './sweep.ts';
import {
  changeRole,
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  getUser,
  getUserByName,
  listUsers,
  resetPassword,
  resetTotp,
  signOutUser,
} from './users.ts';

export interface AccessOptions {
  readonly db: Db;
  readonly box: SecretBox;
  readonly settings: AccessSettings;
  readonly now: () => number;
  /** Default: the generator of the operating system. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Default: argon2id with today's parameters. */
  readonly hasher?: PasswordHasher;
  /** Hears of a name or an address that has to wait, in the transaction that notes it. */
  readonly onBlocked?: AccessContext['onBlocked'];
  /** Secret of this client at the OpenID provider; none for a public client. */
  readonly oidcClientSecret?: string | undefined;
  /** How the OpenID provider is called. Default: the global one. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * People and access: who somebody is, how they prove it, and what they may do. Each method is the function of the same name in
 * this folder, where its errors are told. Nothing here knows of HTTP.
 */
export type Access = ReturnType<typeof openAccess>;

export function openAccess(options: AccessOptions) {
  const context = openContext(options);
  return {
    settings: options.settings,
    issueSetUpToken: bind(context, issueSetUpToken),
    needsSetUp: bind(context, needsSetUp),
    setUp: bind(context, setUp),
    signIn: bind(context, signIn),
    submitCode: bind(context, submitCode),
    submitNewPassword: bind(context, submitNewPassword),
    startTotpByTicket: bind(context, startTotpByTicket),
    confirmTotpByTicket: bind(context, confirmTotpByTicket),
    authenticateSession: bind(context, authenticateSession),
    authenticateToken: bind(context, authenticateToken),
    reauthenticate: bind(context, reauthenticate),
    ownAccount: bind(context, ownAccount),
    changePassword: bind(context, changePassword),
    listSessions: bind(context, listSessions),
    endSession: bind(context, endSession),
    signOut: bind(context, signOut),
    signOutEverywhere: bind(context, signOutEverywhere),
    startTotp: bind(context, startTotp),
    confirmTotp: bind(context, confirmTotp),
    disableTotp: bind(context, disableTotp),
    renewRecoveryCodes: bind(context, renewRecoveryCodes),
    startOidcSignIn: bind(context, startOidcSignIn),
    startOidcLink: bind(context, startOidcLink),
    startOidcReauthentication: bind(context, startOidcReauthentication),
    finishOidc: bind(context, finishOidc),
    listUsers: bind(context, listUsers),
    getUser: bind(context, getUser),
    getUserByName: bind(context, getUserByName),
    createUser: bind(context, createUser),
    changeRole: bind(context, changeRole),
    disableUser: bind(context, disableUser),
    enableUser: bind(context, enableUser),
    resetPassword: bind(context, resetPassword),
    resetTotp: bind(context, resetTotp),
    signOutUser: bind(context, signOutUser),
    deleteUser: bind(context, deleteUser),
    createToken: bind(context, createToken),
    listTokens: bind(context, listTokens),
    revokeToken: bind(context, revokeToken),
    /** To be called now and then, about once an hour. */
    sweep: bind(context, sweepAccess),
  };
}

function openContext(options: AccessOptions): AccessContext {
  const { db, box, settings, now, oidcClientSecret: clientSecret } = options;
  const random = options.random ?? ((bytes: number) => randomBytes(bytes));
  const hasher = options.hasher ?? argon2Hasher();
  const provider =
    settings.oidc === undefined
      ? undefined
      : openOidcProvider({ settings: settings.oidc, clientSecret, now, fetch: options.fetch });
  return {
    db,
    box,
    settings,
    hasher,
    dummyHash: once(() => hasher.hash(newSecret(random))),
    provider,
    onBlocked: options.onBlocked,
    now,
    random,
  };
}

function bind<A extends readonly unknown[], R>(
  context: AccessContext,
  work: (context: AccessContext, ...args: A) => R,
): (...args: A) => R {
  return (...args) => work(context, ...args);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
