import {
  Autocomplete,
  Chip,
  Group,
  NativeSelect,
  NumberInput,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import type { ScheduleWish } from '../../api/settings.ts';
import { schedules as texts } from '../../texts/schedules.ts';
import { NextTimes } from './next-times.tsx';
import { asKind, RHYTHM_KINDS, type Rhythm, rhythmOf, timingOf } from './rhythm.ts';

interface ScheduleFormProps {
  readonly wish: ScheduleWish;
  readonly onChange: (wish: ScheduleWish) => void;
  /** Asks what runs, and whether it rests. */
  readonly full?: boolean;
}

const KINDS = ['sync', 'reconcile', 'plan'] as const;
const MINUTES_MIN = 1;
const MINUTES_MAX = 10_080;

/** Every weekday at six in Chicago: what people do not want to see a person who does not know cron. */
export const FIRST_WISH: ScheduleWish = {
  kind: 'sync',
  flows: [],
  enabled: true,
  cron: '0 6 * * 1-5',
  everySeconds: null,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** When something runs, in plain choices; the next times are shown at once. */
export function ScheduleForm({ wish, onChange, full = false }: ScheduleFormProps) {
  // A cron line that could be said more simply stays one while somebody writes it.
  const [asCron, setAsCron] = useState(false);
  const rhythm: Rhythm = asCron ? { kind: 'cron', cron: wish.cron ?? '' } : rhythmOf(wish);
  const set = (next: Rhythm, timeZone: string = wish.timeZone): void =>
    onChange({ ...wish, ...timingOf(next, timeZone) });
  return (
    <Stack>
      {full && (
        <NativeSelect
          label={texts.kind}
          value={wish.kind}
          data={KINDS.map((kind) => ({ value: kind, label: texts.kinds[kind] }))}
          onChange={(event) => {
            const kind = KINDS.find((each) => each === event.currentTarget.value);
            if (kind !== undefined) onChange({ ...wish, kind });
          }}
        />
      )}
      <Group align="flex-start" gap="sm">
        <NativeSelect
          label={texts.rhythm}
          value={rhythm.kind}
          data={RHYTHM_KINDS.map((kind) => ({ value: kind, label: texts.rhythms[kind] }))}
          onChange={(event) => {
            const kind = RHYTHM_KINDS.find((each) => each === event.currentTarget.value);
            if (kind === undefined) return;
            setAsCron(kind === 'cron');
            set(asKind(rhythm, kind, wish.timeZone));
          }}
        />
        <RhythmFields rhythm={rhythm} onChange={set} />
        {rhythm.kind !== 'minutes' && (
          <Autocomplete
            label={texts.timeZone}
            description={texts.timeZoneHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            data={Intl.supportedValuesOf('timeZone')}
            limit={20}
            value={wish.timeZone}
            onChange={(timeZone) => set(rhythm, timeZone)}
          />
        )}
      </Group>
      <NextTimes timing={wish} />
      {full && (
        <Switch
          label={wish.enabled ? texts.enabled : texts.rests}
          checked={wish.enabled}
          onChange={(event) => onChange({ ...wish, enabled: event.currentTarget.checked })}
        />
      )}
    </Stack>
  );
}

interface RhythmFieldsProps {
  readonly rhythm: Rhythm;
  readonly onChange: (rhythm: Rhythm) => void;
}

function RhythmFields({ rhythm, onChange }: RhythmFieldsProps) {
  switch (rhythm.kind) {
    case 'minutes':
      return (
        <NumberInput
          label={texts.every}
          min={MINUTES_MIN}
          max={MINUTES_MAX}
          allowDecimal={false}
          value={rhythm.minutes}
          onChange={(minutes) => {
            if (typeof minutes === 'number' && minutes >= MINUTES_MIN) onChange({ kind: 'minutes', minutes });
          }}
        />
      );
    case 'cron':
      return (
        <TextInput
          label={texts.cron}
          description={texts.cronHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={rhythm.cron}
          onChange={(event) => onChange({ kind: 'cron', cron: event.currentTarget.value })}
        />
      );
    default:
      return (
        <>
          {rhythm.kind === 'days' && (
            <Chip.Group multiple value={[...rhythm.days]} onChange={(days) => onChange({ ...rhythm, days })}>
              <Group gap={6} role="group" aria-label={texts.days} pt={26}>
                {texts.dayNames.map(([value, label]) => (
                  <Chip key={value} value={value} size="sm">
                    {label}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          )}
          <TextInput
            type="time"
            label={texts.at}
            value={rhythm.at}
            required
            onChange={(event) => {
              if (event.currentTarget.value !== '') onChange({ ...rhythm, at: event.currentTarget.value });
            }}
          />
        </>
      );
  }
}
