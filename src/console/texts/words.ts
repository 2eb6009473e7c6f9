/** `1 record`, `1,240 records`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

const list = new Intl.ListFormat('en');

/** `a, b, and c` */
export const listed = (words: readonly string[]): string => list.format(words);
