/**
 * The marker that every object created in Cin7 carries, so that it can be found again: `[JDE main AB 4343]`,
 * `[JDE main PO 00001-OP-1234-000]`. Brackets end it, so that 434 is never found in 4343.
 */
export function markerOf(name: string, kind: 'AB' | 'PO', recordKey: string): string {
  return `[JDE ${name} ${kind} ${recordKey}]`;
}

export function hasMarker(text: string, marker: string): boolean {
  return text.includes(marker);
}

/** The record key in a marker of this connection and kind, if the text carries one. */
export function findMarkedKey(text: string, name: string, kind: 'AB' | 'PO'): string | undefined {
  const start = `[JDE ${name} ${kind} `;
  const at = text.indexOf(start);
  if (at < 0) return undefined;
  const end = text.indexOf(']', at);
  return end < 0 ? undefined : text.slice(at + start.length, end);
}
