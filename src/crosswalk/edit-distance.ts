import leven from 'leven';

/** Characters whose columns fit into one number of 32 bits. */
const PATTERN_MAX = 32;

/** Compares one text with many. The answer above `max` is any number above it. */
export type DistanceTo = (other: string, max: number) => number;

/**
 * How many characters have to be added, taken away or replaced to make one text out of another: for a text of up to 32 characters
 * a whole column of the table is one number.
 *
 * Source: H. Hyyrö, Explaining and extending the bit-parallel approximate string matching algorithm of Myers (2001).
 */
export function distanceTo(text: string): DistanceTo {
  if (text.length === 0) return (other) => other.length;
  if (text.length > PATTERN_MAX) return (other, max) => leven(text, other, { maxDistance: max + 1 });
  const places = placesOf(text);
  const last = 1 << (text.length - 1);
  return (other, max) => {
    let up = -1;
    let down = 0;
    let distance = text.length;
    for (let at = 0; at < other.length; at += 1) {
      const code = other.charCodeAt(at);
      const equal = code < places.length ? (places[code] ?? 0) : 0;
      const vertical = equal | down;
      const horizontal = (((equal & up) + up) ^ up) | equal;
      let rises = down | ~(horizontal | up);
      const falls = up & horizontal;
      if ((rises & last) !== 0) distance += 1;
      else if ((falls & last) !== 0) distance -= 1;
      // What is left can take away one for each character, no more.
      if (distance - (other.length - at - 1) > max) return max + 1;
      rises = (rises << 1) | 1;
      up = (falls << 1) | ~(vertical | rises);
      down = rises & vertical;
    }
    return distance;
  };
}

/** For each character code the places at which it stands, as bits. */
function placesOf(text: string): Int32Array {
  const codes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  const places = new Int32Array(Math.max(...codes) + 1);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    places[code] = (places[code] ?? 0) | (1 << at);
  }
  return places;
}
