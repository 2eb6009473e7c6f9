import { TextInput } from '@mantine/core';

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly placeholder?: string;
  readonly disabled?: boolean;
}

/** A text that must be entered, with where to find it. */
export function Field({
  label,
  hint,
  value,
  onChange,
  error,
  placeholder = '',
  disabled = false,
}: FieldProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      required
      spellCheck={false}
      autoComplete="off"
      placeholder={placeholder}
      disabled={disabled}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      miw={240}
    />
  );
}
