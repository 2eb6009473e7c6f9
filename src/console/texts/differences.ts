export const differences = {
  becomes: 'becomes',
  nothing: 'nothing',
  all: (count: number) => `Show all ${count} fields`,
  fewer: 'Show fewer',
} as const;

/** `order.Lines[2].UnitPrice` -> `Order · Line 3 · Unit price`: numbers of lists begin at one for people. */
export function fieldWords(field: string): string {
  return field
    .split('.')
    .map((part) => {
      const [, name = part, place] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
      const words = sentenceOf(place === undefined ? name : singularOf(name));
      return place === undefined ? words : `${words} ${Number(place) + 1}`;
    })
    .join(' · ');
}

function singularOf(name: string): string {
  return name.replace(/sses$/, 'ss').replace(/([^s])s$/, '$1');
}

/** `TaxNumber` -> `Tax number`; abbreviations stay: `SKU`. */
function sentenceOf(name: string): string {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').split(' ');
  return words
    .map((word, index) => {
      if (/^[A-Z\d]+$/.test(word)) return word;
      return index === 0 ? `${word.charAt(0).toUpperCase()}${word.slice(1)}` : word.toLowerCase();
    })
    .join(' ');
}
