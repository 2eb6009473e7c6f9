import { Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { fieldWords } from '../../texts/differences.ts';
import { settings as texts } from '../../texts/settings.ts';
import { type SettingField, sameValue } from './fields.ts';
import { SettingInput } from './setting-input.tsx';

interface SettingRowProps {
  readonly field: SettingField;
  readonly value: unknown;
  readonly edited: boolean;
  readonly disabled: boolean;
  readonly error: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** Cannot be changed once the connection is made. */
const FIXED: ReadonlySet<string> = new Set(['marker']);

/** One setting: what it is for, its value, and whether it differs from the default. */
export function SettingRow({ field, value, edited, disabled, error, onChange }: SettingRowProps) {
  const { path, node } = field;
  const label = fieldWords(path.split('.').slice(1).join('.') || path);
  const changed = differsFromDefault(field, value);
  const fixed = FIXED.has(path);
  return (
    <Stack gap={4} py="xs">
      <Group gap="xs">
        <Text fw={600} size="sm">
          {label}
        </Text>
        <Code>{path}</Code>
        {changed && (
          <Badge size="sm" variant="light" tt="none">
            {texts.changed}
          </Badge>
        )}
        {edited && (
          <Badge size="sm" color="orange" variant="light" tt="none">
            {texts.edited}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" maw={720}>
        {node.description}
      </Text>
      <SettingInput
        field={field}
        value={value}
        onChange={onChange}
        label={`${label} (${path})`}
        disabled={disabled || fixed}
        error={error}
      />
      {fixed && (
        <Text size="xs" c="dimmed">
          {texts.fixed}
        </Text>
      )}
      {changed && node.default !== undefined && (
        <Group gap="xs">
          <Text size="xs" c="dimmed" className="breaks">
            {texts.defaultIs(shown(node.default))}
          </Text>
          {!disabled && (
            <Button size="compact-xs" variant="subtle" onClick={() => onChange(node.default)}>
              {texts.useDefault}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

/** What must be entered has no default to differ from. */
export function differsFromDefault({ node, optional }: SettingField, value: unknown): boolean {
  if (node.default === undefined) return optional && value !== undefined && value !== null;
  return !sameValue(value ?? node.default, node.default);
}

export function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? texts.on : texts.off;
  if (Array.isArray(value))
    return value.length === 0
      ? texts.emptyDefault
      : value.map((each) => (each === '' ? texts.blank : String(each))).join(', ');
  if (value === null || value === undefined || value === '') return texts.emptyDefault;
  if (typeof value === 'object')
    return Object.keys(value).length === 0 ? texts.emptyDefault : JSON.stringify(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
