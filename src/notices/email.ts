import type { SendMailOptions } from 'nodemailer';
import { OutboundGuard } from '../connectors/http/outbound-guard.ts';
import type { StoredNotice } from '../store/notices.ts';
import type { EmailSettings } from './channel.ts';
import { cut, type Message, plainText } from './message.ts';
import type { SendPorts, SendResult } from './send.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** All of one attempt; below the time for which a delivery is claimed. */
const TIMEOUT_MS = 45_000;
const WORDS_CHARS_MAX = 200;

/** The mail of a notice. Its Message-ID stays the same when it is sent again, so that mailboxes can drop the second. */
export function mailOf(
  notice: StoredNotice,
  channel: { readonly id: string; readonly settings: EmailSettings },
  message: Message,
  link: string | undefined,
): SendMailOptions {
  const { from, to } = channel.settings;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from: { name: 'ml-connector', address: from },
    to: [...to],
    subject: message.title,
    messageId: `<${notice.id}.${channel.id}@${domain}>`,
    date: new Date(notice.atMs),
    headers: {
      'X-ML-Connector-Notice': notice.id,
      'X-ML-Connector-Event': notice.event,
      // Out-of-office programs answer nobody then. Source: RFC 3834.
      'Auto-Submitted': 'auto-generated',
    },
    text: plainText(message, link),
    html: html(message, link),
  };
}

function html(message: Message, link: string | undefined): string {
  const paragraphs = message.lines.map((line) => `<p>${escaped(line)}</p>`);
  if (message.hint !== '') paragraphs.push(`<p><strong>Next step:</strong> ${escaped(message.hint)}</p>`);
  if (link !== undefined) paragraphs.push(`<p><a href="${escaped(link)}">Open in ml-connector</a></p>`);
  return [
    '<!doctype html><html><body style="font-family: sans-serif; max-width: 40em">',
    `<h2>${escaped(message.title)}</h2>`,
    ...paragraphs,
    '</body></html>',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** Hands a mail to the mail server, at checked addresses only. Never throws for what the server does. */
export async function sendMail(
  settings: EmailSettings,
  password: string | null,
  mail: SendMailOptions,
  ports: SendPorts,
): Promise<SendResult> {
  try {
    let failure: unknown;
    for (const address of await addressesOf(settings, ports)) {
      try {
        await sendThrough(address, settings, password, mail, ports);
        return { sent: true };
      } catch (error) {
        failure = error;
        if (!isUnreached(error)) break;
      }
    }
    throw failure;
  } catch (error) {
    const detail = cut(
      hide(error instanceof Error ? error.message : String(error), password),
      WORDS_CHARS_MAX,
    );
    return { sent: false, detail, fault: isRefusedMail(error) ? 'message' : 'channel' };
  }
}

/** An unencrypted way counts as plain http does: only in the private network. */
async function addressesOf(settings: EmailSettings, ports: SendPorts): Promise<readonly string[]> {
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const scheme = settings.security === 'none' ? 'http' : 'https';
  const guard = new OutboundGuard({
    url: `${scheme}://${host}:${settings.port}`,
    setting: 'the channel',
    allowSetting: 'notices.allowHosts',
    allowPrivate: true,
    allowHosts: ports.allowHosts,
  });
  return (await guard.resolve(guard.hostname)).map(({ address }) => address);
}

async function sendThrough(
  address: string,
  settings: EmailSettings,
  password: string | null,
  mail: SendMailOptions,
  { signal, timeoutMs = TIMEOUT_MS }: SendPorts,
): Promise<void> {
  const { host, port, security, user, certificateAuthority } = settings;
  // Loaded with the first mail: most processes never send one.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    tls: {
      servername: host,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(certificateAuthority === null ? {} : { ca: certificateAuthority }),
    },
    connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    greetingTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    socketTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await Promise.race([transport.sendMail(mail), rejectedOn(stop)]);
  } finally {
    transport.close();
  }
}

function rejectedOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new Error('The mail server did not finish in time.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** No connection came about: another address of the host may do. */
function isUnreached(error: unknown): boolean {
  return (
    error instanceof Error && 'command' in error && error.command === 'CONN' && !('responseCode' in error)
  );
}

/** The server took the sender and refused this mail or its recipients. */
function isRefusedMail(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
}

function hide(text: string, password: string | null): string {
  if (password === null || password.length < 3) return text;
  return text.replaceAll(password, '***').replaceAll(Buffer.from(password).toString('base64'), '***');
}
