import { Accordion, Group, Stack, Text, Title } from '@mantine/core';
import type { DayArrivals } from '../../api/types.ts';
import { Listing } from '../../components/listing.tsx';
import { overview as texts } from '../../texts/overview.ts';
import { runs } from '../../texts/runs.ts';
import { ARRIVAL_KINDS, sumOfDay } from './arrivals.ts';
import { DayBars } from './day-bars.tsx';

// The days are those of the viewer's zone already.
const longDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' });

/** What arrived on each of the last 30 days, as bars and as figures. */
export default function ArrivalsChart({ days }: { readonly days: readonly DayArrivals[] }) {
  const total = days.reduce((sum, day) => sum + sumOfDay(day), 0);
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h5">
          {texts.arrivals}
        </Title>
        <Text size="sm" c="dimmed">
          {texts.arrivalsAll(total)}
        </Text>
      </Group>
      {total === 0 ? <Text c="dimmed">{texts.arrivalsNone}</Text> : <Bars days={days} />}
    </Stack>
  );
}

function Bars({ days }: { readonly days: readonly DayArrivals[] }) {
  return (
    <>
      <DayBars days={days} />
      <Accordion variant="contained" chevronPosition="left">
        <Accordion.Item value="table">
          <Accordion.Control>{texts.asTable}</Accordion.Control>
          <Accordion.Panel>
            <Listing
              caption={texts.arrivals}
              rows={days.filter((day) => sumOfDay(day) > 0).toReversed()}
              rowKey={({ day }) => day}
              columns={[
                { key: 'day', header: texts.day, cell: ({ day }) => longDay.format(new Date(day)) },
                ...ARRIVAL_KINDS.map((kind) => ({
                  key: kind,
                  header: runs.outcomeNames[kind],
                  cell: (day: DayArrivals) => day[kind],
                  numeric: true,
                })),
              ]}
            />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}
