import { z } from 'zod';

export const trailSettings = z
  .strictObject({
    retentionDays: z
      .number()
      .int()
      .min(365)
      .nullable()
      .default(null)
      .describe(
        'Entries that are older are removed once a day, behind a signed summary; the last outcome of each record stays. Null: all are kept for ever.',
      ),
  })
  .prefault({})
  .describe('The audit trail.');

export type TrailSettings = z.output<typeof trailSettings>;
