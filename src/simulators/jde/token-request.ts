import { invalidToken, presentedToken, presenter, signIn } from './authenticate.ts';
import { isTrue } from './data-request.ts';
import { json, jsonText, type Reply } from './reply.ts';
import type { Call } from './service.ts';
import type { Session } from './sessions.ts';
import { DATE_FORMAT_CODES, DEFAULT_DATE_FORMAT } from './users.ts';

/** Opens a session and answers as the recorded sign-ins do. */
export function answerTokenRequest(call: Call): Reply {
  const signedIn = signIn(call);
  const session = call.server.sessions.open({ ...signedIn, ...presenter(call) });
  const reply = json(200, loginResponse(session, call));
  return { ...reply, headers: { 'set-cookie': `JSESSIONID=${session.cookie}; path=/jderest; HttpOnly` } };
}

export function answerLogout(call: Call): Reply {
  const token = presentedToken(call);
  const { server } = call;
  if (!server.sessions.find(token, presenter(call))) return invalidToken(server);
  server.sessions.close(token);
  server.cursors.expireOf(token);
  return jsonText(200, server.switches.logoutBody === 'empty' ? '' : '{}');
}

/** Tells whether a token is valid; with `touch` its idle time starts anew. */
export function answerValidate(call: Call): Reply {
  const touch = isTrue(call.body['touch'] ?? call.query.get('touch') ?? false);
  const session = call.server.sessions.find(presentedToken(call), presenter(call), touch);
  return session ? json(200, { isValidSession: true }) : invalidToken(call.server);
}

function loginResponse(session: Session, call: Call): Record<string, unknown> {
  const { user } = session;
  const form = call.server.switches.tokenResponseForm;
  return {
    username: user.user,
    environment: session.environment,
    role: session.role,
    jasserver: 'http://e1html.internal.example:7020',
    userInfo: userInfo(session, call),
    userAuthorized: false,
    version: null,
    poStringJSON: null,
    altPoStringJSON: null,
    aisSessionCookie: session.cookie,
    ...(form === '9.1' ? {} : { adminAuthorized: false }),
    ...(form === 'newer' ? newerMembers() : {}),
    ...(call.version === 'v1' ? { deprecated: true } : {}),
  };
}

function userInfo(session: Session, call: Call): Record<string, unknown> {
  const { user } = session;
  const format = user.simpleDateFormat ?? DEFAULT_DATE_FORMAT;
  const { tokenResponseForm: form, utcOffsetMinutes } = call.server.switches;
  return {
    token: session.token,
    langPref: '  ',
    locale: 'en',
    dateFormat: DATE_FORMAT_CODES[format],
    dateSeperator: '/',
    simpleDateFormat: format,
    ...(form === 'newer' ? { timeFormat: '12' } : {}),
    decimalFormat: '.',
    addressNumber: user.addressNumber ?? 0,
    alphaName: user.user,
    ...(form === '9.1' ? {} : { appsRelease: 'E920', country: ' ', username: user.user }),
    ...(form === 'newer' ? zoneMembers(user.user, utcOffsetMinutes) : {}),
  };
}

function zoneMembers(user: string, offsetMinutes: number): Record<string, unknown> {
  const hours = String(Math.trunc(Math.abs(offsetMinutes) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0');
  return {
    longUserId: user,
    timeZoneOffset: `UTC${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`,
    dstRuleKey: null,
    dstRule: null,
  };
}

function newerMembers(): Record<string, unknown> {
  return {
    passwordAboutToExpire: false,
    envColor: null,
    machineName: null,
    externalJASURL: null,
    currencyEnvironment: true,
  };
}
