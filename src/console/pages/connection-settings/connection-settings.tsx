import { Alert, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { connectionsQuery, useMay } from '../../api/session.ts';
import { schemaQuery, settingsQuery } from '../../api/settings.ts';
import type { Connection } from '../../api/types.ts';
import { Page } from '../../components/page.tsx';
import { ScheduleList } from '../../components/schedules/schedule-list.tsx';
import { SettingsForm } from '../../components/settings/settings-form.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { CONNECTION_TABS } from '../../filters.ts';
import { settings as texts } from '../../texts/settings.ts';
import { Credentials } from './credentials.tsx';
import { TestAndPause } from './test-and-pause.tsx';

/** How a connection works: settings, credentials, schedules, its test and its pause. */
export function ConnectionSettings() {
  const { connection: name } = useParams({ from: '/c/$connection/settings' });
  const { tab = 'settings' } = useSearch({ from: '/c/$connection/settings' });
  const navigate = useNavigate({ from: '/c/$connection/settings' });
  const connections = useQuery(connectionsQuery);
  return (
    <Page title={texts.title} lead={texts.connectionLead(name)}>
      <Tabs
        value={tab}
        onChange={(value) => {
          const chosen = CONNECTION_TABS.find((each) => each === value);
          if (chosen !== undefined) void navigate({ search: { tab: chosen }, replace: true });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {CONNECTION_TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {texts.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Loaded query={connections}>
          {({ items }) => {
            const connection = items.find((each) => each.name === name || each.id === name);
            if (connection === undefined)
              return <Empty title={texts.unknown(name)} text={texts.unknownText} />;
            return (
              <>
                <Tabs.Panel value="settings">
                  <AllSettings connection={connection} />
                </Tabs.Panel>
                <Tabs.Panel value="credentials">
                  <Credentials connection={connection} />
                </Tabs.Panel>
                <Tabs.Panel value="schedules">
                  <ScheduleList connection={connection.name} />
                </Tabs.Panel>
                <Tabs.Panel value="connection">
                  <TestAndPause connection={connection} />
                </Tabs.Panel>
              </>
            );
          }}
        </Loaded>
      </Tabs>
    </Page>
  );
}

function AllSettings({ connection }: { readonly connection: Connection }) {
  const schema = useQuery(schemaQuery);
  const inForce = useQuery(settingsQuery(connection.name));
  const isAdmin = useMay('admin');
  return (
    <Stack>
      {connection.origin === 'file' && (
        <Alert color="gray" title={texts.inFile}>
          {texts.inFileText}
        </Alert>
      )}
      {connection.origin === 'api' && !isAdmin && <Alert color="gray">{texts.viewerOnly}</Alert>}
      <Loaded query={schema}>
        {(known) => (
          <Loaded query={inForce}>
            {(settings) => (
              <SettingsForm
                // What was entered belongs to the version that was looked at.
                key={settings.version}
                connection={connection}
                schema={known}
                inForce={settings}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Stack>
  );
}
