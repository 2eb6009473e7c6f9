const OTHERS = '(others)';

/** Bounds how many values a label takes: the first ones keep their name, the rest is summed up. */
export class BoundedLabels {
  readonly #max: number;
  readonly #admitted = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  of(name: string): string {
    if (this.#admitted.has(name)) return name;
    if (this.#admitted.size >= this.#max) return OTHERS;
    this.#admitted.add(name);
    return name;
  }

  /** Gives up the places of names that are gone. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#admitted) if (!names.has(name)) this.#admitted.delete(name);
  }
}
