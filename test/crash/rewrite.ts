import { registerHooks } from 'node:module';

/**
 * Loaded before the product to make a deliberate mistake in it: changes the text of one source as it is loaded. The product ends
 * with an error where the text to change is not there any more, so that no mistake goes unmade unnoticed.
 *
 * `ML_CONNECTOR_CRASH_REWRITE`: `{"file":"src/sync/write.ts","replacements":[{"from":"…","to":"…"}]}`
 */
const rewrite = JSON.parse(process.env['ML_CONNECTOR_CRASH_REWRITE'] ?? '{}') as {
  file: string;
  replacements: { from: string; to: string }[];
};

function textOf(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString();
  throw new Error(`${rewrite.file} was loaded without its text.`);
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/${rewrite.file}`)) return loaded;
    let source = textOf(loaded.source);
    for (const { from, to } of rewrite.replacements) {
      if (!source.includes(from)) throw new Error(`${rewrite.file} has no text to rewrite: ${from}`);
      source = source.replace(from, () => to);
    }
    return { ...loaded, source };
  },
});
