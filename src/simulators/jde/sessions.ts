import { createHash, randomBytes } from 'node:crypto';
import type { ServerClock } from './clock.ts';
import type { JdeSwitches } from './switches.ts';
import type { JdeUser } from './users.ts';

/** A signed-in session. Without a device name the token is bound to the caller's address. */
export interface Session {
  token: string;
  user: JdeUser;
  environment: string;
  role: string;
  device: string | undefined;
  address: string;
  /** Names the server behind a balancer that holds this session. */
  cookie: string;
  createdAt: number;
  usedAt: number;
  /** The HTML server behind has forgotten this session; the token is still valid. */
  isLost: boolean;
  /** Counts the stacks opened in this session; the data service starts one for each browse. */
  stacks: number;
}

/** Who presents a token. */
export interface Presenter {
  device: string | undefined;
  address: string;
  /** The Cookie header. */
  cookies: string;
}

/** All sessions, in memory: a restart kills them. */
export class Sessions {
  readonly #byToken = new Map<string, Session>();
  readonly #clock: ServerClock;
  readonly #switches: JdeSwitches;

  constructor(clock: ServerClock, switches: JdeSwitches) {
    this.#clock = clock;
    this.#switches = switches;
  }

  open(who: Presenter & { user: JdeUser; environment: string; role: string }): Session {
    const now = this.#clock.now();
    const token = mintToken(who.device ?? who.address, now);
    const { user, environment, role, device, address } = who;
    const bound = { user, environment, role, device, address };
    const session = {
      ...bound,
      token,
      cookie: mintCookie(now),
      createdAt: now,
      usedAt: now,
      isLost: false,
      stacks: 0,
    };
    this.#byToken.set(token, session);
    return session;
  }

  /** The live session of a token, if this caller may use it; `touch` starts its idle time anew. */
  find(token: string, who: Presenter, touch = true): Session | undefined {
    this.#expire();
    const session = this.#byToken.get(token);
    if (!session || !this.#mayUse(session, who)) return undefined;
    if (touch) session.usedAt = this.#clock.now();
    return session;
  }

  close(token: string): boolean {
    return this.#byToken.delete(token);
  }

  closeAll(): void {
    this.#byToken.clear();
  }

  get count(): number {
    this.#expire();
    return this.#byToken.size;
  }

  tokens(): string[] {
    return [...this.#byToken.keys()];
  }

  /** The session of a token, whoever presents it. */
  peek(token: string): Session | undefined {
    return this.#byToken.get(token);
  }

  #mayUse(session: Session, who: Presenter): boolean {
    if (this.#switches.sessionAffinity === 'required' && !who.cookies.includes(session.cookie)) return false;
    if (this.#switches.deviceBinding === 'ignored') return true;
    if (session.device !== undefined) return session.device === who.device;
    return session.address === who.address;
  }

  #expire(): void {
    const now = this.#clock.now();
    const idleMs = this.#switches.sessionInactivityMinutes * 60_000;
    const lifeMs = this.#switches.sessionTimeToLiveMinutes * 60_000;
    for (const session of this.#byToken.values()) {
      if (now - session.usedAt >= idleMs || now - session.createdAt >= lifeMs) this.close(session.token);
    }
  }
}

/**
 * Mints a token with the anatomy of the public ones (2014 to 2025): "044", a 32-byte hash in base64, then
 * in base64 two three-digit lengths, a random long, the device name or address, and epoch milliseconds.
 */
function mintToken(device: string, now: number): string {
  const random = randomBytes(8).readBigInt64BE().toString();
  const lengths = [random, device].map((part) => String(part.length).padStart(3, '0')).join('');
  const content = `${lengths}${random}${device}${now}`;
  const hash = createHash('sha256').update(randomBytes(16)).update(content).digest('base64');
  return `044${hash}${Buffer.from(content).toString('base64')}`;
}

/** `value!primary server hash!epoch`, as the recorded sign-in answers have it. */
function mintCookie(now: number): string {
  const value = randomBytes(39).toString('base64url');
  return `${value}!${randomBytes(4).readInt32BE()}!${now}`;
}
