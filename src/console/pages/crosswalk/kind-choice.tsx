import { Badge, Chip, Group } from '@mantine/core';
import {
  CROSSWALK_KIND_NAMES,
  type CrosswalkKind,
  type CrosswalkPage,
  NEEDS_PERSON,
} from '../../api/crosswalk.ts';
import { crosswalk as texts } from '../../texts/crosswalk.ts';

interface KindChoiceProps {
  readonly counts: CrosswalkPage['counts'];
  readonly kind: CrosswalkKind | undefined;
  readonly onChange: (kind: CrosswalkKind | undefined) => void;
}

const ALL = 'all';

/** The kinds of codes, each with how many wait for a decision. */
export function KindChoice({ counts, kind, onChange }: KindChoiceProps) {
  const present = CROSSWALK_KIND_NAMES.filter((each) => counts.some((count) => count.kind === each));
  return (
    <Chip.Group
      value={kind ?? ALL}
      onChange={(chosen) => onChange(CROSSWALK_KIND_NAMES.find((each) => each === chosen))}
    >
      <Group gap="xs" role="radiogroup" aria-label={texts.kind}>
        <KindChip value={ALL} label={texts.all} open={openOf(counts)} />
        {present.map((each) => (
          <KindChip
            key={each}
            value={each}
            label={capital(texts.kinds[each].many)}
            open={openOf(counts.filter((count) => count.kind === each))}
          />
        ))}
      </Group>
    </Chip.Group>
  );
}

function KindChip({ value, label, open }: { value: string; label: string; open: number }) {
  return (
    <Chip value={value} variant="outline">
      {label}
      {open > 0 && (
        <Badge size="sm" color="orange" variant="light" ml={6} aria-label={texts.open(open)}>
          {open.toLocaleString('en')}
        </Badge>
      )}
    </Chip>
  );
}

function openOf(counts: CrosswalkPage['counts']): number {
  return counts.filter(({ state }) => NEEDS_PERSON.has(state)).reduce((sum, { count }) => sum + count, 0);
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
