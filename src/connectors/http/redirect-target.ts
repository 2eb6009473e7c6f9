/** Where a redirect leads, for messages: scheme, host and port only, since path and query may hold a token. */
export function redirectTarget(location: string | readonly string[] | undefined): string {
  const text = typeof location === 'string' ? location : (location?.[0] ?? '');
  const origin = URL.parse(text)?.origin;
  return origin === undefined || origin === 'null' ? 'another path' : origin;
}
