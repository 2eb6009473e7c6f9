import { text } from './data-request.ts';
import { Refusal, serviceError } from './reply.ts';
import type { Call, Caller, Server } from './service.ts';
import type { Presenter } from './sessions.ts';
import { DEFAULT_ROLE, type JdeUser, mayUseRole } from './users.ts';

/** Wrong passwords in a row, by user. Kept beside the users so that a test may edit those freely. */
const failedSignIns = new WeakMap<JdeUser, number>();

/** The token a call presents: in the body, in the header, or as query parameter of simple GETs and links. */
export function presentedToken(call: Call): string {
  return (
    text(call.body['token']) ||
    (call.headers['jde-ais-auth'] ?? '') ||
    (call.query.get('$token') ?? call.query.get('token') ?? '')
  );
}

export function presenter(call: Call): Presenter {
  const device =
    text(call.body['deviceName']) ||
    (call.headers['jde-ais-auth-device'] ?? '') ||
    (call.query.get('$device') ?? call.query.get('deviceName') ?? '');
  return { device: device || undefined, address: call.address, cookies: call.headers['cookie'] ?? '' };
}

/**
 * Finds out who is asking: by token, or by user and password in this very call, for which a temporary
 * session is made and dropped. Oracle guide: using a token.
 */
export function authenticate(call: Call): Caller {
  const token = presentedToken(call);
  if (token === '') return { user: signIn(call).user, session: undefined };
  const session = call.server.sessions.find(token, presenter(call));
  if (!session) throw new Refusal(invalidToken(call.server));
  if (session.isLost) throw new Refusal(serviceError(500, 'JAS session is not available', call.server.clock));
  return { user: session.user, session };
}

export function invalidToken(server: Server, status = Number(server.switches.invalidTokenStatus)) {
  return serviceError(status, 'Invalid Token', server.clock);
}

/** Checks user, password, environment and role of a call, or refuses it. */
export function signIn(call: Call): { user: JdeUser; environment: string; role: string } {
  const { server } = call;
  refuseEveryone(server);
  const credentials = readCredentials(call);
  const user = server.users.find((each) => each.user === credentials?.user);
  if (!credentials || !user) throw forbidden(server, server.switches.messageWrongPassword);
  if (user.password !== credentials.password) throw wrongPassword(user, server);
  refuseState(user, server);
  failedSignIns.delete(user);
  const environment = setting(call, 'environment') || (user.environments ?? server.environments)[0] || '';
  if (
    !server.environments.includes(environment) ||
    !(user.environments ?? server.environments).includes(environment)
  ) {
    throw forbidden(server, server.switches.messageEnvironment);
  }
  const role = setting(call, 'role') || DEFAULT_ROLE;
  if (!mayUseRole(user, role)) throw forbidden(server, server.switches.messageRole);
  return { user, environment, role };
}

function refuseEveryone(server: Server): void {
  const { signIn: state, signInRefusalStatus, messageLicence, messageMaintenance } = server.switches;
  if (state === 'open') return;
  if (state === 'allowedHosts') {
    const message =
      'Allowed Hosts on the HTML server is not configured to accept requests from this AIS Server';
    throw new Refusal(serviceError(405, message, server.clock));
  }
  const message = state === 'licenceRefused' ? messageLicence : messageMaintenance;
  throw new Refusal(serviceError(Number(signInRefusalStatus), message, server.clock));
}

function wrongPassword(user: JdeUser, server: Server): Refusal {
  const failures = (failedSignIns.get(user) ?? 0) + 1;
  failedSignIns.set(user, failures);
  const limit = server.switches.lockAfterFailedSignIns;
  if (limit > 0 && failures >= limit) user.state = 'locked';
  return forbidden(server, server.switches.messageWrongPassword);
}

function refuseState(user: JdeUser, server: Server): void {
  const { messageLocked, messageDisabled, messageExpired } = server.switches;
  if (user.state === 'locked') throw forbidden(server, messageLocked);
  if (user.state === 'disabled') throw forbidden(server, messageDisabled);
  if (user.state === 'expired') throw forbidden(server, messageExpired);
}

function readCredentials(call: Call): { user: string; password: string } | undefined {
  const { loginMethods } = call.server.switches;
  const inBody = text(call.body['username']) || (call.query.get('$username') ?? '');
  if (inBody !== '' && loginMethods !== 'basicOnly') {
    return { user: inBody, password: text(call.body['password']) || (call.query.get('$password') ?? '') };
  }
  const [scheme, code] = (call.headers['authorization'] ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || !code || loginMethods === 'bodyOnly') return undefined;
  const [user = '', ...password] = Buffer.from(code, 'base64').toString().split(':');
  return { user, password: password.join(':') };
}

/** Environment and role ride in the body, or in headers together with Basic. */
function setting(call: Call, name: 'environment' | 'role'): string {
  return text(call.body[name]) || (call.headers[`jde-ais-auth-${name}`] ?? '');
}

function forbidden(server: Server, message: string): Refusal {
  return new Refusal(serviceError(403, message, server.clock));
}
