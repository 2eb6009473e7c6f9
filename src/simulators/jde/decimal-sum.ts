const SCALE = 10;

/** Adds decimal texts exactly and divides, rounded half up to the decimals when there is a division. */
export function addUp(decimals: readonly string[], divisor: number, decimalsKept: number): string {
  const sum = decimals.reduce((total, text) => total + scaled(text), 0n);
  if (divisor === 1) return written(sum, SCALE);
  const unit = 10n ** BigInt(SCALE - decimalsKept);
  const parts = unit * BigInt(divisor);
  const half = sum < 0n ? -parts / 2n : parts / 2n;
  return written((sum + half) / parts, decimalsKept);
}

function scaled(text: string): bigint {
  const [whole = '0', decimals = ''] = plain(text).split('.');
  return BigInt(`${whole}${decimals.padEnd(SCALE, '0').slice(0, SCALE)}`);
}

/** Undoes the exponent that a very small or large number has as text. */
function plain(text: string): string {
  return /e/i.test(text) ? Number(text).toFixed(SCALE) : text;
}

function written(amount: bigint, scale: number): string {
  const negative = amount < 0n;
  const digits = String(negative ? -amount : amount).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const decimals = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${decimals ? `.${decimals}` : ''}`;
}
