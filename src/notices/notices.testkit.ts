import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { onTestFinished } from 'vitest';
import type { Db } from '../store/database.ts';
import { NOW_MS } from '../store/store.testkit.ts';
import type { DeliveryPorts } from './deliver.ts';
import { channelInput, type SavedChannel, type SecretWriter, saveNoticeChannel } from './edit-channels.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly host: string;
  readonly received: readonly Received[];
}

type Answer = (response: ServerResponse, received: Received, count: number) => void;

export const answering =
  (...statuses: readonly number[]): Answer =>
  (response, _received, count) => {
    response.statusCode = statuses[Math.min(count, statuses.length) - 1] ?? 200;
    response.end();
  };

/** A program that gets webhooks, on this machine, until the end of the test. `count` is 1 for the first call. */
export async function startReceiver(answer: Answer = answering(200)): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const one = { path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      answer(response, one, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${portOf(server.address())}`;
  return { url: `http://${host}/hook`, host, received };
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly ParsedMail[];
  /** How each mail came: encrypted or not, and as which user. */
  readonly sessions: readonly { readonly secure: boolean; readonly user: unknown }[];
}

/** A mail server on this machine, until the end of the test. It knows the user `ml` with the password `pass-word`. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  const sessions: { secure: boolean; user: unknown }[] = [];
  const take = async (
    stream: Readable,
    { secure, user }: SMTPServerSession,
    done: (error?: Error) => void,
  ): Promise<void> => {
    mails.push(await simpleParser(stream));
    sessions.push({ secure, user });
    done();
  };
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      if (username === 'ml' && password === 'pass-word') done(null, { user: username });
      else done(new Error('wrong user or password'));
    },
    onData(stream, session, done) {
      void take(stream, session, done);
    },
    ...options,
  });
  // Clients that walk away in the middle are part of the tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: portOf(server.server.address()), mails, sessions };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens to nothing.');
  return address.port;
}

/** Secrets in memory. */
export function memoryVault(): SecretWriter & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    open: async (owner, name) => values.get(`${owner} ${name}`),
    save: async (_tx, { owner, name, value }) => values.set(`${owner} ${name}`, value),
    remove: async (_tx, { owner, name }) => values.delete(`${owner} ${name}`),
  };
}

/** A clock that stands until it is moved. */
export class Clock {
  ms = NOW_MS;
  readonly now = (): number => this.ms;
  advance(ms: number): void {
    this.ms += ms;
  }
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export interface Desk extends DeliveryPorts {
  readonly clock: Clock;
  readonly vault: ReturnType<typeof memoryVault>;
  add(input: Record<string, unknown>): Promise<SavedChannel>;
}

/** All that notices need, over a store; channels may be at these hosts of this machine. */
export function deskOf(
  db: Db,
  hosts: readonly string[] = [],
  own: Partial<Omit<DeliveryPorts, 'vault'>> = {},
): Desk {
  const clock = new Clock();
  const vault = memoryVault();
  const requester = { actor: 'user:anna', origin: '192.0.2.7' };
  return {
    db,
    clock,
    vault,
    now: clock.now,
    random: () => 1,
    publicUrl: 'https://ml.example.com',
    allowHosts: hosts,
    signal: new AbortController().signal,
    ...own,
    add: (input) =>
      saveNoticeChannel(channelInput.parse(input), undefined, { db, vault, requester, now: clock.now }),
  };
}

export const SIGNING_SECRET = 'a-secret-of-the-receiver-0123456789';

export const webhookTo = (receiver: Receiver, own: Record<string, unknown> = {}) => ({
  kind: 'webhook',
  name: `hook ${receiver.host}`,
  secret: { url: receiver.url, signingSecret: SIGNING_SECRET },
  ...own,
});

export const mailTo = (server: MailServer, own: Record<string, unknown> = {}) => ({
  kind: 'email',
  name: `mail ${server.port}`,
  settings: {
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    from: 'ml@example.com',
    to: ['purchasing@example.com'],
    ...own,
  },
});
