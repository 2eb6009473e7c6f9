import { Accordion, Badge, Button, Group, Paper, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { ApiError, put } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { SchemaNode, SettingsInForce } from '../../api/settings.ts';
import type { Connection } from '../../api/types.ts';
import { settings as texts } from '../../texts/settings.ts';
import { Empty } from '../states.tsx';
import {
  type SettingField,
  type SettingSection,
  sameValue,
  sectionsOf,
  valueAt,
  withValues,
} from './fields.ts';
import { SaveDialog } from './save-dialog.tsx';
import { differsFromDefault, SettingRow } from './setting-row.tsx';

interface SettingsFormProps {
  readonly connection: Connection;
  readonly schema: SchemaNode;
  readonly inForce: SettingsInForce;
}

/** All settings of a connection, rendered from their schema. */
export function SettingsForm({ connection, schema, inForce }: SettingsFormProps) {
  const [edits, setEdits] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [searched, setSearched] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const [opened, setOpened] = useState<string[]>([]);
  const [saving, setSaving] = useState(false);
  const mayEdit = useMay('admin') && connection.origin === 'api';
  const { settings } = inForce;
  const valueOf = (path: string): unknown => (edits.has(path) ? edits.get(path) : valueAt(settings, path));
  const save = useAct(
    () =>
      put<Connection>(
        `/connections/${connection.name}/settings?version=${inForce.version}`,
        withValues(settings, edits),
      ),
    {
      told: texts.saved,
      showsError: true,
      onDone: () => {
        setEdits(new Map());
        setSaving(false);
      },
    },
  );
  const change = (path: string, value: unknown): void => {
    const next = new Map(edits);
    if (sameValue(value, valueAt(settings, path))) next.delete(path);
    else next.set(path, value);
    save.reset();
    setEdits(next);
  };
  const wanted = searched.trim().toLowerCase();
  const isShown = (field: SettingField): boolean =>
    (!onlyChanged || differsFromDefault(field, valueOf(field.path)) || edits.has(field.path)) &&
    `${field.path} ${field.node.description ?? ''}`.toLowerCase().includes(wanted);
  const sections = sectionsOf(schema)
    .map((section) => ({ ...section, fields: section.fields.filter(isShown) }))
    .filter(({ fields }) => fields.length > 0);
  const narrowed = wanted !== '' || onlyChanged;
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput
          label={texts.search}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={searched}
          onChange={(event) => setSearched(event.currentTarget.value)}
          flex={1}
          miw={220}
          maw={420}
        />
        <Switch
          label={texts.onlyChanged}
          checked={onlyChanged}
          onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
          mb={8}
        />
      </Group>
      {sections.length === 0 && <Empty title={texts.nothingFits} text={texts.nothingFitsText} />}
      <Accordion
        multiple
        variant="separated"
        value={narrowed ? sections.map(({ name }) => name) : opened}
        onChange={setOpened}
      >
        {sections.map((section) => (
          <Accordion.Item key={section.name} value={section.name}>
            <Accordion.Control>
              <SectionHead section={section} valueOf={valueOf} />
            </Accordion.Control>
            <Accordion.Panel>
              {section.fields.map((field) => (
                <SettingRow
                  key={field.path}
                  field={field}
                  value={valueOf(field.path)}
                  edited={edits.has(field.path)}
                  disabled={!mayEdit}
                  error={errorAt(save.error, field.path)}
                  onChange={(value) => change(field.path, value)}
                />
              ))}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {edits.size > 0 && (
        <Paper withBorder shadow="md" p="sm" className="save-bar" role="status">
          <Group justify="space-between">
            <Text fw={600}>{texts.unsaved(edits.size)}</Text>
            <Group gap="xs">
              <Button variant="default" onClick={() => setEdits(new Map())}>
                {texts.discard}
              </Button>
              <Button onClick={() => setSaving(true)}>{texts.look}</Button>
            </Group>
          </Group>
        </Paper>
      )}
      <SaveDialog
        opened={saving}
        changes={[...edits].map(([path, to]) => ({ path, from: valueAt(settings, path), to }))}
        busy={save.isPending}
        error={save.error ?? undefined}
        onClose={() => setSaving(false)}
        onSave={() => save.mutate()}
      />
    </Stack>
  );
}

interface SectionHeadProps {
  readonly section: SettingSection;
  readonly valueOf: (path: string) => unknown;
}

function SectionHead({ section: { name, description, fields }, valueOf }: SectionHeadProps) {
  const changed = fields.filter((field) => differsFromDefault(field, valueOf(field.path))).length;
  return (
    <Group gap="sm">
      <Text fw={600}>{texts.sections[name] ?? name}</Text>
      <Text size="sm" c="dimmed">
        {texts.sectionHints[name] ?? description}
      </Text>
      {changed > 0 && (
        <Badge variant="light" tt="none">
          {texts.changedCount(changed)}
        </Badge>
      )}
    </Group>
  );
}

function errorAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError) || error.problem.field === undefined) return undefined;
  // A list names its entry as well: outbound.allowHosts.0
  const { field, detail } = error.problem;
  return field === path || field.startsWith(`${path}.`) ? detail : undefined;
}
