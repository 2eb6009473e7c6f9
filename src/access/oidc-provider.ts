import * as client from 'openid-client';
import type { OidcSettings } from '../config/access.ts';
import { Fault } from '../faults/fault.ts';
import { assertAddress, boundedFetch } from './oidc-fetch.ts';

/** What a provider vouches for about a person. */
export interface OidcClaims {
  readonly issuer: string;
  readonly subject: string;
  /** All claims of the ID token and of the user info. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What ties the way back to the way there. */
export interface OidcChecks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** One OpenID provider, as this client of it. */
export interface OidcProvider {
  readonly settings: OidcSettings;
  authorizationUrl(order: OidcChecks & { redirectUri: string; askAgain: boolean }): Promise<string>;
  exchange(order: OidcChecks & { callbackUrl: URL; askedAgain: boolean }): Promise<OidcClaims>;
  /** Where the session at the provider is ended; `undefined` where it offers none or is away. */
  signOutUrl(backTo: string | undefined): Promise<string | undefined>;
}

export interface OidcProviderOptions {
  readonly settings: OidcSettings;
  readonly clientSecret: string | undefined;
  readonly now: () => number;
  /** Default: the global one. */
  readonly fetch?: typeof fetch | undefined;
}

const TIMEOUT_SECONDS = 10;
/** How far the clocks of both sides may differ. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** What the provider says of itself is read again after so long; keys are looked up by id whenever an unknown one comes. */
const DISCOVERY_MS = 3_600_000;
/** How long ago a person may have proved to the provider who they are when a new proof was asked for. */
const FRESH_PROOF_SECONDS = 300;

export function openOidcProvider(options: OidcProviderOptions): OidcProvider {
  const { settings } = options;
  const configuration = cached(() => discover(options), options.now);
  return {
    settings,
    async authorizationUrl({ state, nonce, codeVerifier, redirectUri, askAgain }) {
      const scopes = new Set(['openid', ...settings.scopes]);
      return client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: [...scopes].join(' '),
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(askAgain ? { prompt: 'login', max_age: '0' } : {}),
      }).href;
    },
    async exchange(order) {
      return exchangeCode(await configuration(), settings, order);
    },
    async signOutUrl(backTo) {
      // The session here is over already; a provider that is away must not keep anybody from leaving.
      const known = await configuration().catch(() => undefined);
      if (known?.serverMetadata().end_session_endpoint === undefined) return undefined;
      const order: Record<string, string> = backTo === undefined ? {} : { post_logout_redirect_uri: backTo };
      return client.buildEndSessionUrl(known, order).href;
    },
  };
}

async function discover(options: OidcProviderOptions): Promise<client.Configuration> {
  const { settings, clientSecret, now } = options;
  const issuer = new URL(settings.issuer);
  assertAddress(issuer, settings);
  const metadata = {
    [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS,
    [client.clockSkew]: Math.round((now() - Date.now()) / 1_000),
  };
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  try {
    return await client.discovery(issuer, settings.clientId, metadata, authentication, {
      [client.customFetch]: boundedFetch(options.fetch ?? fetch, settings),
      timeout: TIMEOUT_SECONDS,
      execute: [
        // The signature of ID tokens too, though they come over TLS from the provider itself.
        client.enableNonRepudiationChecks,
        // Looked at by our own fetch: on this machine only.
        ...(settings.allowHttp ? [client.allowInsecureRequests] : []),
      ],
    });
  } catch (cause) {
    throw faultWithin(cause) ?? unreachable('does not say how to sign in', cause);
  }
}

async function exchangeCode(
  configuration: client.Configuration,
  settings: OidcSettings,
  order: OidcChecks & { callbackUrl: URL; askedAgain: boolean },
): Promise<OidcClaims> {
  try {
    const tokens = await client.authorizationCodeGrant(configuration, order.callbackUrl, {
      expectedState: order.state,
      expectedNonce: order.nonce,
      pkceCodeVerifier: order.codeVerifier,
      idTokenExpected: true,
      ...(order.askedAgain ? { maxAge: FRESH_PROOF_SECONDS } : {}),
    });
    const idToken = tokens.claims();
    if (idToken === undefined)
      throw new Fault('access.oidc_refused', 'The OpenID provider sent no ID token.');
    const claims =
      hasAll(idToken, settings) || configuration.serverMetadata().userinfo_endpoint === undefined
        ? idToken
        : { ...(await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)), ...idToken };
    return { issuer: idToken.iss, subject: idToken.sub, claims };
  } catch (cause) {
    const own = faultWithin(cause);
    if (own !== undefined) throw own;
    if (isNetworkError(cause)) throw unreachable('did not answer', cause);
    throw new Fault(
      'access.oidc_refused',
      `The sign-in at the OpenID provider did not succeed${reasonOf(cause)}.`,
      {
        cause,
      },
    );
  }
}

function hasAll(claims: Readonly<Record<string, unknown>>, settings: OidcSettings): boolean {
  return claims[settings.nameClaim] !== undefined && claims[settings.rolesClaim] !== undefined;
}

/** The client wraps what our own fetch has thrown. */
function faultWithin(cause: unknown): Fault | undefined {
  if (cause instanceof Fault) return cause;
  return cause instanceof Error && cause.cause instanceof Fault ? cause.cause : undefined;
}

/** Codes of the protocol only: descriptions come from outside and may hold anything. */
function reasonOf(cause: unknown): string {
  const code = protocolErrorOf(cause);
  if (code !== undefined) return /^[a-z_]{1,60}$/.test(code) ? `: ${code}` : '';
  return cause instanceof client.ClientError && cause.code !== undefined ? `: ${cause.code}` : '';
}

function protocolErrorOf(cause: unknown): string | undefined {
  if (cause instanceof client.AuthorizationResponseError || cause instanceof client.ResponseBodyError)
    return cause.error;
  if (cause instanceof client.WWWAuthenticateChallengeError) return cause.cause[0]?.parameters.error;
  return undefined;
}

function isNetworkError(cause: unknown): boolean {
  if (cause instanceof TypeError) return true;
  return cause instanceof client.ClientError && cause.code === 'OAUTH_TIMEOUT';
}

function unreachable(what: string, cause: unknown): Fault {
  return new Fault('access.oidc_unreachable', `The OpenID provider ${what}${reasonOf(cause)}.`, {
    cause,
    field: 'access.oidc.issuer',
  });
}

/** Keeps what was found for a while; a failure is not kept. */
function cached<T>(find: () => Promise<T>, now: () => number): () => Promise<T> {
  let kept: { readonly found: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    if (kept !== undefined && now() - kept.atMs < DISCOVERY_MS) return kept.found;
    const found = find();
    kept = { found, atMs: now() };
    found.catch(() => (kept = undefined));
    return found;
  };
}
