import { exchange, type HttpAnswer, HttpFailure } from '../connectors/http/exchange.ts';
import { openOutbound } from '../connectors/http/outbound.ts';
import { OutboundGuard } from '../connectors/http/outbound-guard.ts';
import { isFault } from '../faults/fault.ts';
import { cut } from './message.ts';
import type { SendPorts, SendResult } from './send.ts';

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 262_144;
const WORDS_CHARS_MAX = 200;
const RETRY_AFTER_MS_MAX = 2 * 60 * 60_000;

interface Posted {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must not come back in what people read. */
  readonly secrets: readonly string[];
}

/** Posts JSON to the address of a channel, at checked addresses only. Redirects are not followed. */
export async function post(posted: Posted, ports: SendPorts): Promise<SendResult> {
  const url = new URL(posted.url);
  const { allowHosts, timeoutMs = TIMEOUT_MS } = ports;
  const guard = new OutboundGuard({
    url: url.origin,
    setting: 'the channel',
    allowSetting: 'notices.allowHosts',
    allowPrivate: true,
    allowHosts,
  });
  const agent = openOutbound({ guard, connections: 1, connectTimeoutMs: timeoutMs });
  try {
    const answer = await exchange(agent, {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: headersOf(posted.headers),
      body: posted.body,
      timeoutMs,
      bodyBytesMax: ANSWER_BYTES_MAX,
      signal: ports.signal,
    });
    return resultOf(answer, posted.secrets, ports.now());
  } catch (error) {
    if (!(error instanceof HttpFailure) && !isFault(error)) throw error;
    return { sent: false, fault: 'channel', detail: hide(error.message, posted.secrets) };
  } finally {
    await agent.destroy();
  }
}

function headersOf(own: Readonly<Record<string, string>>): readonly string[] {
  const headers = { 'content-type': 'application/json', 'user-agent': 'ml-connector', ...own };
  return Object.entries(headers).flat();
}

function resultOf(answer: HttpAnswer, secrets: readonly string[], nowMs: number): SendResult {
  const { status } = answer;
  if (status >= 200 && status < 300) return { sent: true };
  const words = answer.contentType === 'text/html' ? '' : hide(answer.body, secrets);
  const said = `HTTP ${status}${words === '' ? '' : `: ${words}`}`;
  if (status >= 300 && status < 400)
    return {
      sent: false,
      fault: 'message',
      detail: `HTTP ${status}: the address is moved; redirects are not followed`,
    };
  if (status === 410) return { sent: false, fault: 'never', detail: said };
  const retryAfterMs = retryAfterOf(answer.header('retry-after'), nowMs);
  const fault = status >= 500 || status === 429 || status === 408 ? 'channel' : 'message';
  return { sent: false, fault, detail: said, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Seconds or an HTTP date. */
function retryAfterOf(header: string, nowMs: number): number | undefined {
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), RETRY_AFTER_MS_MAX);
}

function hide(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    const url = URL.parse(secret);
    clean = clean.replaceAll(secret, '***');
    // Of an address its path is the secret; a server may well say it back.
    if (url !== null && url.pathname.length > 1)
      clean = clean.replaceAll(`${url.pathname}${url.search}`, '/***').replaceAll(url.pathname, '/***');
  }
  return cut(clean, WORDS_CHARS_MAX);
}
