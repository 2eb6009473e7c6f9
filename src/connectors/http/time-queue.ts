/** Moments in ascending order; the oldest are dropped at the front. Adding and dropping cost the same at any length. */
export class TimeQueue {
  #times: number[] = [];
  #head = 0;

  get size(): number {
    return this.#times.length - this.#head;
  }

  get first(): number | undefined {
    return this.#times[this.#head];
  }

  push(time: number): void {
    this.#times.push(time);
  }

  /** Drops all moments up to and including `time`. */
  dropUntil(time: number): void {
    for (let first = this.first; first !== undefined && first <= time; first = this.first) this.#head += 1;
    if (this.#head > 1_024 && this.#head > this.#times.length / 2) {
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
  }
}
