import { Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../api/act.ts';
import { put } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { type SecretState, secretsQuery } from '../../api/settings.ts';
import type { Connection } from '../../api/types.ts';
import { Tag } from '../../components/badges.tsx';
import {
  CIN7_CREDENTIALS,
  CredentialsFields,
  type CredentialValues,
  entered,
  JDE_CREDENTIALS,
} from '../../components/credentials-fields.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { MayButton, useMissingRole } from '../../components/may-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { Problem } from '../../components/problem.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { credentials as texts } from '../../texts/settings.ts';

interface Line {
  readonly name: string;
  readonly secret: SecretState | undefined;
  readonly missing: string;
}

/** Which credentials are set, since when, by whom; and entering others. */
export function Credentials({ connection }: { readonly connection: Connection }) {
  const mayLook = useMay('operator');
  const missingRole = useMissingRole('operator');
  const secrets = useQuery({ ...secretsQuery(connection.name), enabled: mayLook });
  if (!mayLook) return <Empty title={texts.name} text={missingRole ?? ''} />;
  return (
    <Stack>
      <Text c="dimmed" maw={720}>
        {texts.lead}
      </Text>
      <Loaded query={secrets}>
        {({ names, items }) => (
          <>
            <Listing
              caption={texts.lead}
              rows={names.map((name) => ({
                name,
                secret: items.find((each) => each.name === name),
                missing: connection.origin === 'file' && items.length === 0 ? texts.fromFile : texts.missing,
              }))}
              rowKey={({ name }) => name}
              columns={COLUMNS}
            />
            <Replace connection={connection.name} needsAll={items.length < names.length} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}

const NAMES = [...JDE_CREDENTIALS, ...CIN7_CREDENTIALS];

const COLUMNS: readonly Column<Line>[] = [
  { key: 'name', header: texts.name, cell: ({ name }) => texts.names[name] ?? name },
  {
    key: 'state',
    header: texts.state,
    cell: ({ secret, missing }) =>
      secret === undefined ? <Tag colour="gray" text={missing} /> : <Tag colour="teal" text={texts.set} />,
  },
  {
    key: 'fingerprint',
    header: texts.fingerprint,
    cell: ({ secret }) => (secret === undefined ? '–' : <Code>{secret.fingerprint}</Code>),
  },
  {
    key: 'since',
    header: texts.since,
    cell: ({ secret }) => (secret === undefined ? '–' : <Moment at={secret.updatedAt} />),
  },
  { key: 'by', header: texts.by, cell: ({ secret }) => secret?.updatedBy.replace(/^user:/, '') ?? '–' },
];

interface ReplaceProps {
  readonly connection: string;
  /** The vault does not hold all of them yet; with some of them alone nobody could sign in. */
  readonly needsAll: boolean;
}

function Replace({ connection, needsAll }: ReplaceProps) {
  const [values, setValues] = useState<CredentialValues>({});
  const given = entered(values);
  const count = Object.keys(given).length;
  const isEnough = needsAll ? count === NAMES.length : count > 0;
  const save = useAct(() => put(`/connections/${connection}/secrets`, given), {
    told: texts.saved,
    showsError: true,
    onDone: () => setValues({}),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (isEnough) save.mutate();
  };
  return (
    <form onSubmit={send} autoComplete="off">
      <Stack maw={720}>
        <CredentialsFields names={NAMES} values={values} onChange={setValues} keepsPresent={!needsAll} />
        {save.isError && <Problem error={save.error} />}
        <Group>
          <MayButton
            role="admin"
            type="submit"
            loading={save.isPending}
            refusal={isEnough ? undefined : needsAll ? texts.needAll : texts.needOne}
          >
            {texts.saveAll}
          </MayButton>
        </Group>
      </Stack>
    </form>
  );
}
