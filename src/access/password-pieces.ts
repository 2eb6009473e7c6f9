/** Words that this password must not be built from: common passwords and names that stand near it. */
export interface GuessableWords {
  readonly common: ReadonlySet<string>;
  /** Product, user and company names: worth less than other words. */
  readonly context: ReadonlySet<string>;
}

/** Worth of a piece; a character that belongs to no piece is worth 1. */
const WORTH = { word: 2, context: 1, repeat: 1, sequence: 1, walk: 1, year: 1 } as const;

const PIECE_MIN = 3;
const PIECE_MAX = 32;
const WORD_MIN = 4;
/** What comes behind that many characters makes a password no easier to guess. */
const JUDGED_MAX = 64;
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const KEYBOARD_ROWS = [
  '1234567890-=',
  'qwertyuiop[]',
  "asdfghjkl;'",
  'zxcvbnm,./',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmik,ol.p;/',
  'q1w2e3r4t5y6u7i8o9p0',
];

/**
 * How much work a password gives to somebody who guesses in an order that pays: the smallest sum over all ways to cut it into
 * common words (also backwards and in leet spelling), repeats, sequences, keyboard walks, years and single characters.
 * `Liverpool2024` is 3, `correct horse battery` 8, twelve random characters 12.
 */
export function worthOf(password: string, words: GuessableWords): number {
  const text = collapsed(password.toLowerCase()).slice(0, JUDGED_MAX);
  const least = [0];
  for (let end = 1; end <= text.length; end += 1) {
    let best = (least[end - 1] ?? 0) + 1;
    const from = Math.max(0, end - PIECE_MAX);
    for (let start = from; start <= end - PIECE_MIN; start += 1) {
      const worth = worthOfPiece(text.slice(start, end), words);
      if (worth !== undefined) best = Math.min(best, (least[start] ?? 0) + worth);
    }
    least.push(best);
  }
  return least.at(-1) ?? 0;
}

/** What stands there three times or more in a row counts twice: `abcabcabcabc` is no more than `abcabc`. */
function collapsed(text: string): string {
  return text.replace(/(.{1,32}?)\1{2,}/gsu, '$1$1');
}

function worthOfPiece(piece: string, words: GuessableWords): number | undefined {
  if (spellings(piece).some((spelling) => words.context.has(spelling))) return WORTH.context;
  if (isRepeat(piece)) return WORTH.repeat;
  if (isSequence(piece)) return WORTH.sequence;
  if (piece.length > PIECE_MIN && isWalk(piece)) return WORTH.walk;
  if (/^(19|20)\d\d$/.test(piece)) return WORTH.year;
  const isWord = piece.length >= WORD_MIN && spellings(piece).some((spelling) => words.common.has(spelling));
  return isWord ? WORTH.word : undefined;
}

function spellings(piece: string): readonly string[] {
  const plain = piece.replace(/[013457@$!]/g, (sign) => LEET[sign] ?? sign);
  return [piece, plain, backwards(piece), backwards(plain)];
}

/** One character all along, or a short group at least twice over: `aaa`, `abcabc`. */
function isRepeat(piece: string): boolean {
  return /^(.)\1+$/su.test(piece) || (piece.length > PIECE_MIN && /^(.{2,})\1+$/su.test(piece));
}

/** Neighbours in the alphabet or among digits, up or down: `abc`, `4321`. */
function isSequence(piece: string): boolean {
  if (!/^(\d+|[a-z]+)$/.test(piece)) return false;
  const steps = Array.from(piece)
    .slice(1)
    .map((sign, place) => sign.charCodeAt(0) - piece.charCodeAt(place));
  return Math.abs(steps[0] ?? 0) === 1 && steps.every((step) => step === steps[0]);
}

function isWalk(piece: string): boolean {
  return KEYBOARD_ROWS.some((row) => row.includes(piece) || row.includes(backwards(piece)));
}

const backwards = (text: string): string => Array.from(text).toReversed().join('');
