import { z } from 'zod';

/** Plain HTTP would carry the key in clear; only this machine and container neighbours (simulators) may be reached so. */
function isHttpsOrNear(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  if (url.protocol === 'https:') return true;
  const near = /^(localhost|127(\.\d+){3}|\[::1\]|[a-z0-9_-]+|.*\.(localhost|internal))$/i.test(url.hostname);
  return url.protocol === 'http:' && near;
}

const url = z
  .string()
  .refine(
    isHttpsOrNear,
    'must be an https:// address (http:// only for a simulator on this machine or network)',
  )
  .refine((text) => {
    const parsed = URL.parse(text);
    return parsed === null || (parsed.search === '' && parsed.username === '' && parsed.hash === '');
  }, 'must hold neither a query, a user nor a #')
  .transform((text) => text.replace(/\/+$/, ''));

/** Settings of the Cin7 Core connector. Credentials are no settings: they come from the vault or the environment. */
export const cin7Settings = z.strictObject({
  url: url
    .default('https://inventory.dearsystems.com/ExternalApi/v2')
    .describe('Address of the Cin7 Core API, without the name of a record at its end.'),
  callsPerMinute: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(60)
    .describe('Calls that Cin7 allows in any 60 seconds for one application key. Cin7 grants 60.'),
  callsReserved: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Calls of these that are kept free for other programs that use the same application key.'),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(600)
    .default(60)
    .describe(
      'How long to wait for an answer. A write that is not answered in time is looked up before it is repeated.',
    ),
  writesAtOnce: z
    .number()
    .int()
    .min(1)
    .max(32)
    .default(4)
    .describe('Writes that may be under way at the same time.'),
  pageLimit: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(1_000)
    .describe('Rows asked for per page of a list. Cin7 gives 1,000 at most.'),
  listLagSeconds: z
    .number()
    .min(0)
    .max(3_600)
    .default(120)
    .describe(
      'How far the lists of Cin7 may trail behind. A write that was not answered counts as absent only when so much time has passed.',
    ),
  retriesMax: z
    .number()
    .int()
    .min(0)
    .max(20)
    .default(4)
    .describe(
      'How often a read that failed (time-out, server error, answer cut off) is repeated. Writes never are.',
    ),
  refusalsMax: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(10)
    .describe('How often one call may be refused because of too many calls before the run gives up.'),
  refusalWaitSeconds: z
    .number()
    .min(0.01)
    .max(300)
    .default(30)
    .describe('How long all calls wait after such a refusal when Cin7 does not say how long.'),
  busyStatusIsRefusal: z
    .boolean()
    .default(false)
    .describe(
      'Whether a bare 503 on a write means "too many calls, not stored". Cin7 documents it so, but an overload that strikes after storing looks the same. With false (safe) the record is looked up first, with true it is sent again at once.',
    ),
  bodyBytesMax: z
    .number()
    .int()
    .min(10_000)
    .max(1_000_000_000)
    .default(50_000_000)
    .describe('Largest answer that is read, in bytes.'),
  purchasePath: z
    .enum(['advanced-purchase', 'purchase'])
    .default('advanced-purchase')
    .describe(
      'Where the header of a purchase is created and changed. `purchase` is the older address, for simple purchases only.',
    ),
});

export type Cin7Settings = z.infer<typeof cin7Settings>;

/** The account id of the company and the key of one API application (Integrations > API in Cin7 Core). */
export interface Cin7Credentials {
  readonly accountId: string;
  readonly applicationKey: string;
}

/** What the call budget of a connection is opened with. Cin7 counts by application key. */
export function cin7BudgetTerms(
  settings: Cin7Settings,
  credentials: Cin7Credentials,
): { readonly key: string; readonly limit: number; readonly callTimeoutMs: number } {
  return {
    key: `cin7 ${credentials.accountId} ${credentials.applicationKey}`,
    limit: Math.max(1, settings.callsPerMinute - settings.callsReserved),
    callTimeoutMs: settings.timeoutSeconds * 1_000,
  };
}
