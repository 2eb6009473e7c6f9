import { type DistanceTo, distanceTo } from './edit-distance.ts';

/** One entry of a Cin7 book that a code could be mapped to. */
interface Candidate {
  readonly target: string;
  readonly label: string;
}

export interface Suggestion extends Candidate {
  readonly reason: string;
}

/**
 * Finds the nearest entry for a code, where one is near enough to be worth a look: the same name, the same spelling but for
 * punctuation and case, or few characters apart. Never taken without a person.
 */
export type Suggest = (row: { readonly code: string; readonly label: string }) => Suggestion | undefined;

interface Spelled {
  readonly entry: Candidate;
  readonly text: string;
  /** Place in the book: of equally near ones the first is taken. */
  readonly place: number;
}

interface Nearest {
  readonly entry: Candidate | undefined;
  readonly distance: number;
  readonly place: number;
}

/** Looks through a book once, so that each code is compared only with what can be near it. */
export function indexSuggestions(entries: readonly Candidate[]): Suggest {
  const byName = firstBy(entries, ({ label }) => label.trim().toLowerCase());
  const bySpelling = firstBy(entries, ({ target }) => bare(target));
  const spelled = entries.map(
    (entry, place): Spelled => ({ entry, text: entry.target.toLowerCase(), place }),
  );
  const byLength = Map.groupBy(spelled, ({ text }) => text.length);
  return ({ code, label }) => {
    const named = byName.get(label.trim().toLowerCase());
    if (named !== undefined) return suggestion(named, 'The names are equal.');
    const alike = bySpelling.get(bare(code));
    if (alike !== undefined) return suggestion(alike, 'Equal but for punctuation and case.');
    const { entry, distance } = nearestOf(code.toLowerCase(), byLength);
    return entry === undefined
      ? undefined
      : suggestion(entry, `Differs in ${distance} ${distance === 1 ? 'character' : 'characters'}.`);
  };
}

const suggestion = ({ target, label }: Candidate, reason: string): Suggestion => ({ target, label, reason });

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The first entry of each key; an empty key says nothing. */
function firstBy(
  entries: readonly Candidate[],
  keyOf: (entry: Candidate) => string,
): ReadonlyMap<string, Candidate> {
  const first = new Map<string, Candidate>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== '' && !first.has(key)) first.set(key, entry);
  }
  return first;
}

/** A third of the characters may differ. Texts whose lengths differ by more than the best distance so far cannot be nearer. */
function nearestOf(code: string, byLength: ReadonlyMap<number, readonly Spelled[]>): Nearest {
  const distance = Math.floor(code.length / 3);
  const distanceOf = distanceTo(code);
  let best: Nearest = { entry: undefined, distance, place: Number.POSITIVE_INFINITY };
  for (let gap = 0; gap <= best.distance; gap += 1)
    for (const length of gap === 0 ? [code.length] : [code.length - gap, code.length + gap])
      best = nearerOf(distanceOf, byLength.get(length) ?? [], best);
  return best;
}

function nearerOf(distanceOf: DistanceTo, candidates: readonly Spelled[], than: Nearest): Nearest {
  let best = than;
  for (const { entry, text, place } of candidates) {
    const max = place < best.place ? best.distance : best.distance - 1;
    const distance = distanceOf(text, max);
    if (distance <= max) best = { entry, distance, place };
  }
  return best;
}
