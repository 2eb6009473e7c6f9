import { type LocalDate, localDate } from '../../domain/local-date.ts';

/** Writes and reads days in one of JDE's user date formats. */
export interface DateFormat {
  readonly pattern: string;
  format(date: LocalDate): string;
  /** `undefined` for another form, a day that does not exist, or a two-digit year (its century would be a guess). */
  parse(text: string): LocalDate | undefined;
}

/**
 * Compiles a pattern such as `MM/dd/yyyy`, `dd.MM.yy` or `yyyyMMdd`: `dd`, `MM`, `yy` or `yyyy`, each once, any
 * separators. Single `d` and `M` are written without leading zero. `undefined` for any other pattern.
 *
 * Source: `userInfo.simpleDateFormat` of recorded sign-in answers; literals in conditions must be formatted as the user
 * sees them (Oracle JET guide for EnterpriseOne pages).
 */
export function compileDateFormat(pattern: string): DateFormat | undefined {
  const tokens = pattern.match(/d+|M+|y+|[^a-zA-Z]+|[a-zA-Z]+/g) ?? [];
  const fields = tokens.filter((token) => FIELD.test(token));
  const letters = fields
    .map((token) => token.charAt(0))
    .toSorted()
    .join('');
  if (letters !== 'Mdy') return undefined;
  if (tokens.some((token) => /[a-zA-Z]/.test(token) && !FIELD.test(token))) return undefined;
  // A separator of digits would make the text ambiguous.
  if (tokens.some((token) => /\d/.test(token))) return undefined;
  const reader = new RegExp(`^${tokens.map(readerOf).join('')}$`);
  return {
    pattern,
    format: (date) => tokens.map((token) => written(token, date)).join(''),
    parse: (text) => {
      const groups = reader.exec(text)?.groups;
      const year = groups?.['y'];
      if (groups === undefined || year?.length !== 4) return undefined;
      return localDate(Number(year), Number(groups['M']), Number(groups['d']));
    },
  };
}

const FIELD = /^(dd?|MM?|yy|yyyy)$/;

function written(token: string, date: LocalDate): string {
  switch (token) {
    case 'yyyy':
      return date.slice(0, 4);
    case 'yy':
      return date.slice(2, 4);
    case 'MM':
      return date.slice(5, 7);
    case 'M':
      return String(Number(date.slice(5, 7)));
    case 'dd':
      return date.slice(8, 10);
    case 'd':
      return String(Number(date.slice(8, 10)));
    default:
      return token;
  }
}

function readerOf(token: string): string {
  if (!FIELD.test(token)) return token.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const digits = token.length === 1 ? '\\d{1,2}' : `\\d{${token.length}}`;
  return `(?<${token.charAt(0)}>${digits})`;
}
