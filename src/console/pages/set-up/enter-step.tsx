import { Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { ApiError, post, put } from '../../api/client.ts';
import { settingsQuery } from '../../api/settings.ts';
import type { Connection } from '../../api/types.ts';
import {
  CIN7_CREDENTIALS,
  CredentialsFields,
  type CredentialValues,
  entered,
  JDE_CREDENTIALS,
} from '../../components/credentials-fields.tsx';
import { Problem } from '../../components/problem.tsx';
import { valueAt, withValues } from '../../components/settings/fields.ts';
import { Loading } from '../../components/states.tsx';
import { setUp as texts } from '../../texts/set-up.ts';
import { Part } from '../settings/part.tsx';
import { Field } from './field.tsx';

interface EnterStepProps {
  /** Made already: what was wrong is changed. */
  readonly connection: string | undefined;
  readonly onDone: (connection: string) => void;
}

/** The settings that have no default, by their path. */
interface Entries {
  readonly name: string;
  readonly 'jde.url': string;
  readonly 'jde.environment': string;
  readonly 'jde.role': string;
  readonly 'cin7.url': string;
}

const CIN7_URL = 'https://inventory.dearsystems.com/ExternalApi/v2';
const NEW: Entries = {
  name: 'main',
  'jde.url': '',
  'jde.environment': '',
  'jde.role': '*ALL',
  'cin7.url': CIN7_URL,
};

/** Where both systems are and how to sign in there. */
export function EnterStep({ connection, onDone }: EnterStepProps) {
  const known = useQuery({ ...settingsQuery(connection ?? ''), enabled: connection !== undefined });
  if (connection === undefined) return <EnterForm settings={undefined} entries={NEW} onDone={onDone} />;
  if (known.isError) return <Problem error={known.error} />;
  if (known.data === undefined) return <Loading />;
  const { settings } = known.data;
  const textAt = (path: string): string => {
    const value = valueAt(settings, path);
    return typeof value === 'string' ? value : '';
  };
  const entries: Entries = {
    name: connection,
    'jde.url': textAt('jde.url'),
    'jde.environment': textAt('jde.environment'),
    'jde.role': textAt('jde.role'),
    'cin7.url': textAt('cin7.url'),
  };
  return <EnterForm settings={settings} entries={entries} onDone={onDone} />;
}

interface EnterFormProps {
  /** Undefined: the connection is not made yet. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  readonly entries: Entries;
  readonly onDone: (connection: string) => void;
}

function EnterForm({ settings, entries, onDone }: EnterFormProps) {
  const [values, setValues] = useState(entries);
  const [credentials, setCredentials] = useState<CredentialValues>({});
  const [isMade, setMade] = useState(settings !== undefined);
  const [showsMore, setShowsMore] = useState(entries['cin7.url'] !== CIN7_URL);
  const save = useAct(
    async () => {
      const { name, ...paths } = values;
      const trimmed = Object.entries(paths).map(([path, value]) => [path, value.trim()] as const);
      const wanted = withValues(settings ?? {}, new Map(trimmed));
      if (isMade) await put(`/connections/${name}/settings`, wanted);
      else await post<Connection>('/connections', { ...wanted, name: name.trim() });
      setMade(true);
      const given = entered(credentials);
      if (Object.keys(given).length > 0) await put(`/connections/${name.trim()}/secrets`, given);
      return name.trim();
    },
    { showsError: true, onDone },
  );
  const set = (path: keyof Entries) => (value: string) => setValues({ ...values, [path]: value });
  const errorOf = (path: keyof Entries): string | undefined => {
    const problem = save.error instanceof ApiError ? save.error.problem : undefined;
    return problem?.field === path ? problem.detail : undefined;
  };
  const field = (path: keyof Entries) => ({
    value: values[path],
    onChange: set(path),
    error: errorOf(path),
  });
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack maw={820}>
        {settings !== undefined && <Text c="dimmed">{texts.existing(values.name)}</Text>}
        <Part title={texts.jdeTitle}>
          <Text size="sm">{texts.jdeText}</Text>
          <Field label={texts.url} hint={texts.urlHint} placeholder="https://" {...field('jde.url')} />
          <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
            <Field label={texts.environment} hint={texts.environmentHint} {...field('jde.environment')} />
            <Field label={texts.role} hint={texts.roleHint} {...field('jde.role')} />
          </Group>
          <CredentialsFields
            names={JDE_CREDENTIALS}
            values={credentials}
            onChange={setCredentials}
            keepsPresent={settings !== undefined}
          />
        </Part>
        <Part title={texts.cin7Title}>
          <Text size="sm">{texts.cin7Text}</Text>
          <CredentialsFields
            names={CIN7_CREDENTIALS}
            values={credentials}
            onChange={setCredentials}
            keepsPresent={settings !== undefined}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            w="fit-content"
            aria-expanded={showsMore}
            onClick={() => setShowsMore(!showsMore)}
          >
            {texts.more}
          </Button>
          <Collapse expanded={showsMore}>
            <Field label={texts.cin7Url} hint={texts.cin7UrlHint} {...field('cin7.url')} />
          </Collapse>
        </Part>
        <Part title={texts.nameTitle}>
          <Field label={texts.name} hint={texts.nameHint} disabled={isMade} {...field('name')} />
        </Part>
        {save.isError && <Problem error={save.error} />}
        <Button type="submit" w="fit-content" loading={save.isPending}>
          {texts.saveAndTest}
        </Button>
      </Stack>
    </form>
  );
}
