import { NativeSelect, NumberInput, Switch, TagsInput, TextInput } from '@mantine/core';
import { settings as texts } from '../../texts/settings.ts';
import type { SettingField } from './fields.ts';

interface SettingInputProps {
  readonly field: SettingField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly label: string;
  readonly disabled: boolean;
  readonly error?: string | undefined;
}

/** The control for one setting, chosen by what the schema says of it. */
export function SettingInput({ field, value, onChange, label, disabled, error }: SettingInputProps) {
  const { node, optional } = field;
  const shared = { 'aria-label': label, disabled, error } as const;
  if (node.enum !== undefined)
    return (
      <NativeSelect
        {...shared}
        value={textOf(value)}
        data={[...node.enum]}
        onChange={(event) => onChange(event.currentTarget.value)}
        maw={320}
      />
    );
  switch (node.type) {
    case 'boolean':
      return (
        <Switch
          {...shared}
          label={value === true ? texts.on : texts.off}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={typeof value === 'number' ? value : ''}
          onChange={(entered) => {
            if (typeof entered === 'number') onChange(entered);
          }}
          allowDecimal={node.type === 'number'}
          {...(node.minimum === undefined ? {} : { min: node.minimum })}
          {...(node.maximum === undefined ? {} : { max: node.maximum })}
          clampBehavior="blur"
          maw={220}
        />
      );
    case 'array':
      return (
        <TagsInput
          {...shared}
          value={listOf(value).map(toTag)}
          onChange={(tags) => onChange(tags.map(fromTag))}
          placeholder={texts.tagsHint}
          maw={640}
        />
      );
    case 'object':
      return (
        <TagsInput
          {...shared}
          value={pairsOf(value)}
          onChange={(tags) => onChange(Object.fromEntries(tags.map(pairOf)))}
          placeholder={texts.pairsHint}
          maw={640}
        />
      );
    default: {
      const empty =
        node.anyOf?.some(({ type }) => type === 'null') === true ? null : optional ? undefined : '';
      return (
        <TextInput
          {...shared}
          value={textOf(value)}
          onChange={(event) => {
            const { value: entered } = event.currentTarget;
            onChange(entered === '' ? empty : entered);
          }}
          maw={640}
        />
      );
    }
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** JDE has blank codes; a tag needs something to be seen. */
const toTag = (text: string): string => (text === '' ? texts.blank : text);
const fromTag = (tag: string): string => (tag === texts.blank ? '' : tag.trim());

function pairsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, other]) => `${name} = ${String(other)}`);
}

function pairOf(tag: string): readonly [string, string] {
  const [name = '', ...rest] = tag.split('=');
  return [name.trim(), rest.join('=').trim()];
}
