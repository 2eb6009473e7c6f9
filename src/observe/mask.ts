const MASK = '***';
const DEPTH_MAX = 8;
const MEMBERS_MAX = 100;
const TEXT_CHARS_MAX = 4_000;

/** Names of members whose value is a secret, wherever they stand. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)|secret|(^|[-_.])(token|otp|totp|pin|pwd)s?$|[a-z](Token|Otp)s?$|authorization|cookie|credential|(api|application|private|master|data|signing|encryption)[-_]?key$|account[-_]?id$|^api-auth|ais-auth|signature|session[-_]?id/i;

/**
 * Texts that are secrets whatever their name is: authorization headers, compact JWTs and JWEs, tokens of the API, signing secrets,
 * AIS tokens (`044` and Base64, from recorded tokens), private keys, user names and passwords in addresses.
 */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Digest|Negotiate)\s+[\w.~+/=-]{4,}/gi, `$1 ${MASK}`],
  [/\b([Bb]asic)\s+(?=[a-z_-]*[A-Z0-9+/=])[\w+/=-]{4,}/g, `$1 ${MASK}`],
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g, MASK],
  [/\b(mlc|whsec)_[\w+/=-]{6,}/g, `$1_${MASK}`],
  [/\b044[\w+/%-]{40,}={0,2}[\w+/%-]*={0,2}/g, MASK],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, MASK],
  [/(:\/\/)[^\s/@"']{1,500}@/g, `$1${MASK}@`],
  [/https:\/\/hooks\.slack\.com\/[^\s"'\\]+/g, `https://hooks.slack.com/${MASK}`],
  [
    /([?&;](?:access_token|id_token|refresh_token|token|code|state|secret|password|key|api_?key|sig|signature|client_secret)=)[^\s&#"'\\]+/gi,
    `$1${MASK}`,
  ],
];

/** Data of people, and numbers that may be a bank account: an IBAN, or nine digits and more that stand alone. */
const PERSONAL_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/[\w.%+-]{1,64}@(?=[a-z0-9-]{1,63}\.[a-z])/gi, `${MASK}@`],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g, MASK],
  [/(?<![\w.,:+/-])\d(?:[ -]?\d){8,33}(?![\w.,:/-])/g, MASK],
];

export interface MaskRules {
  /** Leaves data of people as they are. */
  readonly personalData: boolean;
}

/** The text without secrets. Bounded, since what other systems answer may be long. */
export function maskText(text: string, rules: MaskRules): string {
  let clean = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text;
  clean = maskSecrets(clean);
  if (rules.personalData) return clean;
  for (const [pattern, mask] of PERSONAL_TEXTS) clean = clean.replace(pattern, mask);
  return clean;
}

/** Only what is a secret by its form. Leaves a text of JSON a text of JSON. */
export function maskSecrets(text: string): string {
  let clean = text;
  for (const [pattern, mask] of SECRET_TEXTS) clean = clean.replace(pattern, mask);
  return clean;
}

/** A copy in which every secret is masked at any depth, by the name of its member or by its form. Bounded in depth and width. */
export function maskDeep(value: unknown, rules: MaskRules): unknown {
  return masked(value, rules, { depth: 0, above: [] });
}

interface Place {
  readonly depth: number;
  /** The objects around it. */
  readonly above: readonly object[];
}

function masked(value: unknown, rules: MaskRules, place: Place): unknown {
  if (typeof value === 'string') return maskText(value, rules);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (place.above.includes(value)) return '(cycle)';
  if (place.depth >= DEPTH_MAX) return '(deeper)';
  const within: Place = { depth: place.depth + 1, above: [...place.above, value] };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return maskText(value.href, rules);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `(${value.byteLength} bytes)`;
  if (value instanceof Error) return maskedError(value, rules, within);
  if (value instanceof Map) return masked(Object.fromEntries(value), rules, within);
  if (Array.isArray(value) || value instanceof Set) return maskedList([...value], rules, within);
  return maskedMembers(Object.entries(value), rules, within);
}

function maskedList(list: readonly unknown[], rules: MaskRules, within: Place): readonly unknown[] {
  const shown = list.slice(0, MEMBERS_MAX).map((entry) => masked(entry, rules, within));
  return list.length > MEMBERS_MAX ? [...shown, `(${list.length - MEMBERS_MAX} more)`] : shown;
}

function maskedMembers(
  members: readonly (readonly [string, unknown])[],
  rules: MaskRules,
  within: Place,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of members.slice(0, MEMBERS_MAX)) {
    const isSecret =
      SECRET_NAME.test(name) && value !== null && value !== undefined && typeof value !== 'boolean';
    shown[name] = isSecret ? MASK : masked(value, rules, within);
  }
  return shown;
}

function maskedError(error: Error, rules: MaskRules, within: Place): Record<string, unknown> {
  const { cause } = error;
  const own = maskedMembers(
    Object.entries(error).filter(([name]) => name !== 'cause'),
    rules,
    within,
  );
  return {
    ...own,
    type: error.name,
    message: maskText(error.message, rules),
    stack: maskText(error.stack ?? '', rules),
    ...(cause === undefined ? {} : { cause: masked(cause, rules, within) }),
  };
}
