/** What clients that share no code with the connector found; filled by test/independent-clients.test.ts. */
export function clientFindings(): readonly string[] {
  return [];
}
