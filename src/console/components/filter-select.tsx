import { Select } from '@mantine/core';
import { runs } from '../texts/runs.ts';

interface FilterSelectProps<T extends string> {
  readonly label: string;
  readonly names: Readonly<Partial<Record<T, string>>>;
  readonly value: T | undefined;
  readonly onChange: (value: T | undefined) => void;
}

const ALL = '';

/** A filter of a list: one of some words, or all. */
export function FilterSelect<T extends string>({ label, names, value, onChange }: FilterSelectProps<T>) {
  const words = Object.entries<string | undefined>(names);
  return (
    <Select
      label={label}
      data={[
        { value: ALL, label: runs.any },
        ...words.map(([word, name]) => ({ value: word, label: name ?? word })),
      ]}
      value={value ?? ALL}
      onChange={(chosen) => onChange(words.some(([word]) => word === chosen) ? (chosen as T) : undefined)} // A key of names.
      allowDeselect={false}
      w={{ base: '100%', xs: 200 }}
    />
  );
}
