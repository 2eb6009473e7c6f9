import { Button, Group, NativeSelect, Pill, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { TrailFilter } from '../../api/trail.ts';
import { common } from '../../texts/common.ts';
import { type About, trail as texts } from '../../texts/trail.ts';

interface FiltersProps {
  readonly filter: TrailFilter;
  readonly abouts: readonly About[];
  readonly onChange: (filter: TrailFilter) => void;
}

const WAIT_MS = 400;
const NARROW_WHOLE = { base: '100%', sm: 'auto' };

type Member = keyof TrailFilter;

/** What of the trail is shown. It stands in the address of the page, so that it can be sent to somebody. */
export function Filters({ filter, abouts, onChange }: FiltersProps) {
  const set = (member: Member, value: string): void => onChange(withMember(filter, member, value));
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        w={NARROW_WHOLE}
        label={texts.about}
        value={filter.about ?? ''}
        onChange={(event) => set('about', event.currentTarget.value)}
        data={[
          { value: '', label: texts.everything },
          ...abouts.map((about) => ({ value: about, label: texts.abouts[about] })),
        ]}
      />
      <Typed
        width={260}
        label={texts.text}
        hint={texts.textHint}
        value={filter.text}
        onChange={(text) => set('text', text)}
      />
      <Typed
        width={160}
        label={texts.actor}
        hint={texts.actorHint}
        value={filter.actor}
        onChange={(actor) => set('actor', actor)}
      />
      <TextInput
        type="date"
        label={texts.from}
        value={filter.from ?? ''}
        onChange={(event) => set('from', event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={texts.to}
        value={filter.to ?? ''}
        onChange={(event) => set('to', event.currentTarget.value)}
      />
      {(['recordKey', 'runId'] as const).map((member) => {
        const value = filter[member];
        if (value === undefined) return null;
        return (
          <Pill
            key={member}
            size="lg"
            mb={4}
            withRemoveButton
            onRemove={() => set(member, '')}
            removeButtonProps={{ 'aria-label': common.remove }}
          >
            {texts.only(`${member === 'runId' ? texts.run : texts.record} ${value}`)}
          </Pill>
        );
      })}
      {isFiltered && (
        <Button variant="subtle" onClick={() => onChange({})}>
          {texts.clear}
        </Button>
      )}
    </Group>
  );
}

interface TypedProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
  /** In pixels; on a narrow screen it takes the whole line. */
  readonly width: number;
}

/** Asks once nothing was typed for a moment. */
function Typed({ label, hint, value, onChange, width }: TypedProps) {
  const [typed, setTyped] = useState(value ?? '');
  const tell = useDebouncedCallback(onChange, WAIT_MS);
  return (
    <TextInput
      w={{ base: '100%', sm: width }}
      label={label}
      placeholder={hint}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}

function withMember(filter: TrailFilter, member: Member, value: string): TrailFilter {
  const { [member]: _, ...rest } = filter;
  // The choices of `about` come from the list above.
  return (value === '' ? rest : { ...rest, [member]: value }) as TrailFilter;
}
