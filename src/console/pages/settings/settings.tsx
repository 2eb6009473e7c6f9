import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Page } from '../../components/page.tsx';
import { SETTINGS_TABS } from '../../filters.ts';
import { settings as texts } from '../../texts/settings.ts';
import { Notices } from './notices.tsx';
import { System } from './system.tsx';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';
import { You } from './you.tsx';

type Tab = (typeof SETTINGS_TABS)[number];

/** The own account, and what belongs to the whole installation. */
export function Settings() {
  const { tab = 'you' } = useSearch({ from: '/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const isAdmin = useMay('admin');
  const isOperator = useMay('operator');
  const hidden: readonly Tab[] = [
    ...(isAdmin ? [] : (['users'] as const)),
    ...(isOperator ? [] : (['notices'] as const)),
  ];
  return (
    <Page title={texts.accountTitle} lead={texts.lead}>
      <Tabs
        value={tab}
        onChange={(value) => {
          const chosen = SETTINGS_TABS.find((each) => each === value);
          if (chosen !== undefined) void navigate({ search: { tab: chosen }, replace: true });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {SETTINGS_TABS.filter((each) => !hidden.includes(each)).map((each) => (
            <Tabs.Tab key={each} value={each}>
              {texts.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="you">
          <You />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <Tokens />
        </Tabs.Panel>
        <Tabs.Panel value="notices">
          <Notices />
        </Tabs.Panel>
        <Tabs.Panel value="system">
          <System />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
