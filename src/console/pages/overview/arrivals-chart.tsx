import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { Accordion, Group, Stack, Text, Title } from '@mantine/core';
import type { DayArrivals } from '../../api/types.ts';
import { Listing } from '../../components/listing.tsx';
import { figure } from '../../texts/figures.ts';
import { overview as texts } from '../../texts/overview.ts';
import { runs } from '../../texts/runs.ts';
import { ARRIVAL_KINDS, sumOfDay } from './arrivals.ts';

const COLOURS = { created: 'teal.7', updated: 'cyan.5', linked: 'indigo.5', voided: 'grape.5' } as const;

// The days are those of the viewer's zone already.
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
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
  const used = ARRIVAL_KINDS.filter((kind) => days.some((day) => day[kind] > 0));
  return (
    <>
      {/* The same figures stand in the table below. */}
      <div aria-hidden>
        <BarChart
          h={220}
          type="stacked"
          data={days.map((day) => ({ ...day, day: shortDay.format(new Date(day.day)) }))}
          dataKey="day"
          series={used.map((kind) => ({
            name: kind,
            label: runs.outcomeNames[kind],
            color: COLOURS[kind],
          }))}
          withLegend
          tickLine="none"
          gridAxis="x"
          barProps={{ isAnimationActive: false }}
          barChartProps={{ accessibilityLayer: false }}
          valueFormatter={figure}
        />
      </div>
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
