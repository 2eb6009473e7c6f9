import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { documents, type GeneratedDocument } from './documents.ts';

const ROOT = new URL('../../', import.meta.url);

/** The paths of generated files that do not say what the code says. */
export async function findDrift(): Promise<string[]> {
  const drifted: string[] = [];
  for (const document of documents) {
    if ((await textAt(document)) !== (await document.build())) drifted.push(document.path);
  }
  return drifted;
}

/** Writes the files that have drifted, and returns their paths. */
export async function writeDocuments(): Promise<string[]> {
  const written: string[] = [];
  for (const document of documents) {
    const text = await document.build();
    if ((await textAt(document)) === text) continue;
    const url = new URL(document.path, ROOT);
    await mkdir(new URL(`${dirname(document.path)}/`, ROOT), { recursive: true });
    await writeFile(url, text);
    written.push(document.path);
  }
  return written;
}

async function textAt(document: GeneratedDocument): Promise<string | undefined> {
  try {
    return await readFile(new URL(document.path, ROOT), 'utf8');
  } catch {
    return undefined;
  }
}
