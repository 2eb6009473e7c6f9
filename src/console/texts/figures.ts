const format = new Intl.NumberFormat();

/** A count as the viewer writes it: 60,000. */
export const figure = (count: number): string => format.format(count);
