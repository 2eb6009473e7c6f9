export const trailValues = {
  number: (number: string) => `Number in Cin7: ${number}`,
} as const;
