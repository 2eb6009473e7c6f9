/** One measured number. Printed as one JSON line, in this order of fields. */
export interface Figure {
  /** `bench/size/store/what` */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What a bare program needed for the same in this run; null where there is nothing to compare with. */
  readonly floor: number | null;
  /** Value by floor. */
  readonly ratio: number | null;
  readonly goal: number | null;
  /** Whether the goal was reached; null where none is set. */
  readonly met: boolean | null;
}

interface FigureParts {
  readonly value: number;
  readonly unit: string;
  readonly floor?: number | undefined;
  readonly goal?: number | undefined;
  /** Most goals are the highest value allowed; this one is the lowest. */
  readonly goalIsLeast?: true;
}

export function figure(name: string, parts: FigureParts): Figure {
  const { value, unit, floor, goal, goalIsLeast } = parts;
  const met = goal === undefined ? null : goalIsLeast === true ? value >= goal : value <= goal;
  return {
    name,
    value: rounded(value),
    unit,
    floor: floor === undefined ? null : rounded(floor),
    ratio: floor === undefined || floor === 0 ? null : rounded(value / floor),
    goal: goal ?? null,
    met,
  };
}

/** Four digits are more than a measurement is worth. */
export function rounded(value: number): number {
  return value === 0 || Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4));
}

/** @param share 0.5 for the middle one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
