/** Digits behind the point that are kept while two amounts are compared. */
const SCALE = 8;

/** The difference of two amounts that are decimal text; exact, as floating point is not. Pure. */
export function subtract(minuend: string, subtrahend: string): string {
  return textOf(unitsOf(minuend) - unitsOf(subtrahend));
}

/** An amount in the viewer's own way of writing, with all its digits. */
export function amountWords(amount: string): string {
  // Text keeps every digit; numbers would not. Browsers of before 2023 take text for a number.
  return format.format(amount as unknown as number);
}

const format = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: SCALE });

function unitsOf(amount: string): bigint {
  const [, sign = '', whole = '0', rest = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(amount.trim()) ?? [];
  const units = BigInt(`${whole}${rest.slice(0, SCALE).padEnd(SCALE, '0')}`);
  return sign === '-' ? -units : units;
}

function textOf(units: bigint): string {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(SCALE + 1, '0');
  const rest = digits.slice(-SCALE).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -SCALE)}${rest === '' ? '' : `.${rest}`}`;
}
