/** Something that a process did to the files of its store, or said to the world, in the order in which it did it. */
export type DiskEvent =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  | { readonly kind: 'create' | 'unlink' | 'sync'; readonly file: string }
  | { readonly kind: 'folderSync' }
  /** A call left that changes something in Cin7. */
  | { readonly kind: 'call'; readonly text: string };

/**
 * What a power cut takes of what was not synced: all of it; or some, a third of the writes whole and another third sector by sector,
 * whatever their order was.
 */
export type Loss = { readonly kind: 'all' } | { readonly kind: 'some'; readonly random: () => number };

type Change = Extract<DiskEvent, { kind: 'write' | 'truncate' }>;

interface File {
  durable: Buffer;
  pending: Change[];
}

const SECTOR_BYTES = 512;

/**
 * A disk as its promises are: what was synced is there after a power cut, anything else may be there or not. A sector is written
 * whole or not at all. A new file has its name once it was synced, as on the journalling file systems in use; that a name is gone is
 * only certain when its folder was synced.
 */
export class Disk {
  readonly #files = new Map<string, File>();
  /** Names that were given or taken since the folder was synced, with what they stood for. */
  #names: { readonly file: string; readonly was: File | undefined }[] = [];

  constructor(files: ReadonlyMap<string, Buffer>) {
    for (const [file, durable] of files) this.#files.set(file, { durable, pending: [] });
  }

  apply(event: DiskEvent): void {
    switch (event.kind) {
      case 'create':
        if (this.#files.has(event.file)) return;
        this.#names.push({ file: event.file, was: undefined });
        this.#files.set(event.file, { durable: Buffer.alloc(0), pending: [] });
        return;
      case 'unlink':
        this.#names.push({ file: event.file, was: this.#files.get(event.file) });
        this.#files.delete(event.file);
        return;
      case 'write':
      case 'truncate':
        this.#fileOf(event).pending.push(event);
        return;
      case 'sync': {
        const file = this.#fileOf(event);
        for (const change of file.pending) file.durable = changed(file.durable, change);
        file.pending = [];
        this.#names = this.#names.filter(({ file: name }) => name !== event.file);
        return;
      }
      case 'folderSync':
        this.#names = [];
        return;
      case 'call':
        return;
    }
  }

  /** The files after a power cut at this instant. */
  afterPowerCut(loss: Loss): ReadonlyMap<string, Buffer> {
    const isThere = (): boolean => loss.kind === 'some' && loss.random() < 0.5;
    const left = new Map(this.#files);
    for (const { file, was } of this.#names.toReversed()) {
      // What came after it can only be there if this is.
      if (isThere()) break;
      if (was === undefined) left.delete(file);
      else left.set(file, was);
    }
    return new Map([...left].map(([name, file]) => [name, contentAfter(file, loss)]));
  }

  #fileOf({ file: name }: { readonly file: string }): File {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`${name} was used and never opened.`);
    return file;
  }
}

function contentAfter({ durable, pending }: File, loss: Loss): Buffer {
  if (loss.kind === 'all') return durable;
  return pending.reduce((content, change) => {
    const fate = loss.random();
    if (fate < 1 / 3) return content;
    if (fate < 2 / 3) return changed(content, change);
    return change.kind === 'truncate' ? content : torn(content, change, loss.random);
  }, durable);
}

/** Some sectors of a write. */
function torn(content: Buffer, write: Extract<Change, { kind: 'write' }>, random: () => number): Buffer {
  const end = write.at + write.bytes.length;
  let result = content;
  for (let at = write.at; at < end; ) {
    const next = Math.min(end, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    const bytes = write.bytes.subarray(at - write.at, next - write.at);
    if (random() < 0.5) result = changed(result, { ...write, at, bytes });
    at = next;
  }
  return result;
}

function changed(content: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') {
    const result = Buffer.alloc(change.length);
    content.copy(result, 0, 0, change.length);
    return result;
  }
  const { at, bytes } = change;
  const result = Buffer.alloc(Math.max(content.length, at + bytes.length));
  content.copy(result);
  bytes.copy(result, at);
  return result;
}
