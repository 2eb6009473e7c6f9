/**
 * A value of a stored JDE column, in the simulator's own neutral form:
 * text columns as text without padding, numeric columns as a number or as decimal text
 * (`'127360.80'`, so that no binary rounding happens), dates as ISO text (`'2014-03-31'`) or null.
 * How a value looks on the wire (padding, blanks, yyyyMMdd, JSON numbers) is the server's business.
 */
export type JdeValue = string | number | null;

/** One stored row, keyed by data-item alias without prefix: `{ AN8: 4343, ALPH: 'Parts Emporium' }`. */
export type JdeRow = Record<string, JdeValue>;

/** The rows of a whole environment, keyed by table name: `{ F0101: [...], F0401: [...] }`. */
export type JdeTables = Record<string, JdeRow[]>;
