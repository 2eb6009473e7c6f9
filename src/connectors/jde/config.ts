import { z } from 'zod';
import { parseCertificateAuthority } from '../http/certificate-authority.ts';

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
};

const aisUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'must be an http or https address such as https://ais.example.com:9300',
  })
  .refine((text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).search === ''), {
    error: 'must not hold a user, a password or a query',
  })
  .transform((text) => text.replace(/\/+$/, '').replace(/\/jderest$/i, ''));

const inputName = (name: string) => z.string().regex(/^\w+$/).default(name);

/** The settings of one JDE environment. Facts about AIS that no public source settles are settings here. */
export const jdeSettings = z.strictObject({
  url: aisUrl.describe(
    'Address of the AIS Server without /jderest, for instance https://ais.example.com:9300.',
  ),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the certificate authorities (PEM) to trust for AIS, in place of the public ones; for certificates of the company itself. Relative to this file, and only in it: a connection of the console gives the text in jde.ca.',
    ),
  ca: z
    .string()
    .max(200_000)
    .transform((text, context) => {
      const parsed = parseCertificateAuthority(text);
      if (parsed.ok) return parsed.pem;
      context.addIssue(parsed.why);
      return z.NEVER;
    })
    .optional()
    .describe(
      'The same as text: the certificates themselves, from -----BEGIN CERTIFICATE----- on, in place of caFile.',
    ),
  environment: z.string().min(1).describe('JDE environment to sign in to, for instance JPD920.'),
  role: z
    .string()
    .min(1)
    .describe('Role to sign in with. One explicit role keeps visibility stable; *ALL works too.'),
  jasServer: z
    .string()
    .min(1)
    .optional()
    .describe('Address of the HTML (JAS) server; only needed when AIS serves several.'),
  deviceName: z
    .string()
    .regex(/^[\w .-]{1,40}$/, { error: 'up to 40 letters, digits, blanks, dots, hyphens' })
    .default('ml-connector')
    .describe(
      'Name under which the session shows in Server Manager. It binds the session to us instead of to an address.',
    ),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be a zone name such as America/Denver' })
    .default('UTC')
    .describe(
      'Time zone of the JDE server, such as America/Denver; used for quiet hours and where an answer names no local time.',
    ),
  dateFormat: z
    .string()
    .regex(/^(?=.*d)(?=.*M)(?=.*yy)[dMy\W]+$/, { error: 'must be made of dd, MM, yy or yyyy and separators' })
    .optional()
    .describe('Date format of the JDE user, such as dd/MM/yyyy. Leave it out: the sign-in reports it.'),
  pageSize: z.int().min(1).max(50_000).default(1000).describe('Rows asked for in one call.'),
  timeoutSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(60)
    .describe('Longest wait for one answer of AIS, in seconds.'),
  paging: z
    .enum(['next', 'key'])
    .default('next')
    .describe(
      'next follows the links of AIS; key asks each page anew from the last key, for servers whose links do not work.',
    ),
  nextMethod: z
    .enum(['POST', 'GET'])
    .default('POST')
    .describe('HTTP method for next pages. Both are documented; public clients use POST.'),
  nextTokenIn: z
    .enum(['query', 'header'])
    .default('query')
    .describe(
      'query sends the token of the next link as AIS wrote it; header takes it out of the address, where proxies could log it.',
    ),
  cursorsPerSession: z
    .enum(['one', 'many'])
    .default('one')
    .describe(
      'one: when two tables are read at the same time, pages are asked by key. many: AIS keeps several result sets per session.',
    ),
  signInWith: z
    .enum(['body', 'basic'])
    .default('body')
    .describe(
      'How user and password travel at the sign-in: in the body, or as a Basic header. Server Manager can switch either off.',
    ),
  tokenIn: z
    .enum(['header', 'body'])
    .default('header')
    .describe('Where the session token travels in requests with a body.'),
  requiredCapabilities: z
    .array(z.string().min(1))
    .default(['grid', 'dataservice'])
    .describe('Capabilities of AIS that the sign-in asks for. An empty list sends none.'),
  callsAtOnce: z.int().min(1).max(4).default(1).describe('Calls to AIS at the same time.'),
  lookUpChunk: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('Most values in one LIST condition; longer lists are split.'),
  signInsMax: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe('Most sign-ins in one run. A lost session is signed in again until then.'),
  bodyBytesMax: z
    .int()
    .min(10_000)
    .max(1_000_000_000)
    .default(64_000_000)
    .describe('Largest answer that is read, in bytes. A larger one stops the run; lower pageSize then.'),
  retriesMax: z
    .int()
    .min(0)
    .max(20)
    .default(4)
    .describe('How often in a row a call that failed for a passing reason is repeated.'),
  retryDelaySecondsMax: z
    .number()
    .min(0)
    .max(600)
    .default(30)
    .describe('Longest wait between two attempts, in seconds.'),
  acceptJulianDates: z
    .boolean()
    .default(false)
    .describe(
      'Also take dates written as CYYDDD (126327 is 2026-11-23). Only for servers seen to send them.',
    ),
  quietHours: z
    .array(
      z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, { error: 'must look like 22:00-05:30' }),
    )
    .default([])
    .describe('Hours in which AIS is not called, as HH:mm-HH:mm in timeZone, for instance 22:00-05:30.'),
  orchestrations: z
    .record(z.string().regex(/^[A-Z]\w+$/), z.string().regex(/^[\w.-]+$/))
    .default({})
    .describe('Table -> name of an orchestration that returns its rows, used instead of the data service.'),
  orchestrationDates: z
    .enum(['user', 'iso'])
    .default('user')
    .describe(
      'How days are written in the inputs of orchestrations: in the date format of the JDE user, or as yyyy-MM-dd.',
    ),
  orchestrationInputs: z
    .strictObject({
      since: inputName('since').describe('Earliest day of change.'),
      fromKey: inputName('fromKey').describe('Lowest value of the leading key column, itself included.'),
      limit: inputName('limit').describe('Most rows of one answer.'),
    })
    .prefault({})
    .describe('Names of the inputs of orchestrations. Columns are asked for by their alias.'),
});

export type JdeSettings = z.output<typeof jdeSettings>;
