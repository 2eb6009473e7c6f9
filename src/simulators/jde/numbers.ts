import type { JdeSwitches } from './switches.ts';

/**
 * A stored number as JSON text. Digits come from the decimal text itself; only 'javaDouble' goes through
 * binary, on purpose.
 */
export function numberText(value: number | string, form: JdeSwitches['numberForm']): string {
  const decimal = plainDecimal(String(value).trim());
  if (form === 'stored') return decimal;
  if (form === 'javaDouble') return javaDouble(Number(decimal));
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** Makes `.5`, `+1` and `007` into JSON numbers; leaves the decimals as they are. */
function plainDecimal(text: string): string {
  if (text === '') return '0';
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return text;
  const [, sign = '', whole = '', decimals = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  if (whole === '' && decimals === '') throw new Error(`not a decimal number: '${text}'`);
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${digits}${decimals ? `.${decimals}` : ''}`;
}

/** Double.toString of Java, but whole numbers below ten millions without ".0" (recorded: 0, 1). */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return String(value);
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
