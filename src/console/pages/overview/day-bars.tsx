import { Box, Group, Text, Tooltip } from '@mantine/core';
import type { DayArrivals } from '../../api/types.ts';
import { figure } from '../../texts/figures.ts';
import { runs } from '../../texts/runs.ts';
import { ARRIVAL_KINDS, scaleEnd, sumOfDay } from './arrivals.ts';

type Kind = (typeof ARRIVAL_KINDS)[number];

const COLOURS: Readonly<Record<Kind, string>> = {
  created: 'var(--mantine-color-teal-7)',
  updated: 'var(--mantine-color-cyan-5)',
  linked: 'var(--mantine-color-indigo-5)',
  voided: 'var(--mantine-color-grape-5)',
};

/** From the newest day backwards, each so manieth day has its date below: there is no room for more on a narrow screen. */
const DAYS_BETWEEN_DATES = 7;

// The days are those of the viewer's zone already.
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayText = (day: string): string => shortDay.format(new Date(day));

/** A stacked bar for each day. For the eye alone: the same figures stand in a table. */
export function DayBars({ days }: { readonly days: readonly DayArrivals[] }) {
  const end = scaleEnd(Math.max(...days.map(sumOfDay)));
  const kinds = ARRIVAL_KINDS.filter((kind) => days.some((day) => day[kind] > 0));
  return (
    <Box aria-hidden className="day-bars">
      <Group gap="md" justify="flex-end">
        {kinds.map((kind) => (
          <Group key={kind} gap={6}>
            <Box className="day-bars-sign" bg={COLOURS[kind]} />
            <Text size="sm">{runs.outcomeNames[kind]}</Text>
          </Group>
        ))}
      </Group>
      <div className="day-bars-plot">
        {[1, 0.5, 0].map((share) => (
          <Text key={share} size="xs" c="dimmed" className="day-bars-line" bottom={`${share * 100}%`}>
            <span>{figure(share * end)}</span>
          </Text>
        ))}
        <div className="day-bars-days">
          {days.map((day, place) => (
            <Tooltip key={day.day} label={words(day, kinds)}>
              <div className="day-bars-day">
                {kinds.map((kind) => (
                  <Box key={kind} h={`${(day[kind] / end) * 100}%`} bg={COLOURS[kind]} />
                ))}
                {(days.length - 1 - place) % DAYS_BETWEEN_DATES === 0 && (
                  <Text size="xs" c="dimmed" className="day-bars-date">
                    {dayText(day.day)}
                  </Text>
                )}
              </div>
            </Tooltip>
          ))}
        </div>
      </div>
    </Box>
  );
}

function words(day: DayArrivals, kinds: readonly Kind[]): string {
  const counts = kinds.map((kind) => `${figure(day[kind])} ${runs.outcomeNames[kind].toLowerCase()}`);
  return `${dayText(day.day)}: ${counts.join(', ')}`;
}
