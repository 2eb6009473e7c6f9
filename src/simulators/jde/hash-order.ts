/**
 * Puts keys into the order in which a Java hash map of them iterates: the order of the keys of a row on the
 * wire. It reproduces the recorded responses of F0101 (95 columns) and F4101 (209 columns) exactly.
 */
export function hashOrder(keys: readonly string[]): string[] {
  let capacity = 16;
  while (keys.length > capacity * 0.75) capacity *= 2;
  const bucketOf = (key: string): number => {
    const hash = javaStringHash(key);
    return (hash ^ (hash >>> 16)) & (capacity - 1);
  };
  return keys
    .map((key, position) => ({ key, position, bucket: bucketOf(key) }))
    .toSorted((a, b) => a.bucket - b.bucket || a.position - b.position)
    .map((entry) => entry.key);
}

export function javaStringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
