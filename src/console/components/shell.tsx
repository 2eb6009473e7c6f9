import {
  ActionIcon,
  AppShell,
  Burger,
  Divider,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Select,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { post } from '../api/client.ts';
import { connectionsQuery, meQuery } from '../api/session.ts';
import type { Connection, Me } from '../api/types.ts';
import { SignIn } from '../pages/sign-in.tsx';
import { shell } from '../texts/shell.ts';
import { CONNECTION_PAGES, HOME_PAGES, LAST_PAGES, type NavigationItem } from './navigation.ts';
import { Reauthentication } from './reauthentication.tsx';
import { Loaded } from './states.tsx';

/** The frame: who is signed in, which connection is looked at, where one can go. Without a session it is the sign-in. */
export function Shell() {
  const me = useQuery(meQuery);
  return (
    <Loaded query={me}>
      {(person) =>
        person === null ? (
          <SignIn />
        ) : (
          <Reauthentication>
            <Frame me={person} />
          </Reauthentication>
        )
      }
    </Loaded>
  );
}

function Frame({ me }: { readonly me: Me }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#content">
        {shell.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={shell.openMenu} />
            <img src="/icon.svg" alt="" width={28} height={28} />
            <Text fw={700} visibleFrom="xs">
              ml-connector
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColourSwitch />
            <Account me={me} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={shell.menu}>
        <AppShell.Section>
          <ConnectionChoice />
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} mt="xs">
          <Navigation onChosen={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function ConnectionChoice() {
  const { data } = useQuery(connectionsQuery);
  const { connection } = useParams({ strict: false });
  const navigate = useNavigate();
  const names = data?.items.map(({ name }) => name) ?? [];
  if (names.length === 0) return null;
  return (
    <Select
      label={shell.connection}
      placeholder={shell.chooseConnection}
      data={names}
      value={connection ?? onlyName(data?.items) ?? null}
      onChange={(name) => {
        if (name !== null) void navigate({ to: '/c/$connection/runs', params: { connection: name } });
      }}
      allowDeselect={false}
      searchable={names.length > 8}
    />
  );
}

function Navigation({ onChosen }: { readonly onChosen: () => void }) {
  const { data } = useQuery(connectionsQuery);
  const { connection } = useParams({ strict: false });
  const current = connection ?? onlyName(data?.items);
  const ofConnection = current === undefined ? [] : CONNECTION_PAGES;
  return (
    <nav aria-label={shell.menu}>
      {HOME_PAGES.map((item) => (
        <Entry key={item.path} item={item} path={item.path} onChosen={onChosen} />
      ))}
      {ofConnection.map((item) => (
        <Entry key={item.path} item={item} path={`/c/${current}${item.path}`} onChosen={onChosen} />
      ))}
      <Divider my="xs" />
      {LAST_PAGES.map((item) => (
        <Entry key={item.path} item={item} path={item.path} onChosen={onChosen} />
      ))}
    </nav>
  );
}

function onlyName(connections: readonly Connection[] | undefined): string | undefined {
  const [first] = connections ?? [];
  return first?.name;
}

interface EntryProps {
  readonly item: NavigationItem;
  readonly path: string;
  readonly onChosen: () => void;
}

function Entry({ item, path, onChosen }: EntryProps) {
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const isHere = path === '/' ? here === '/' : here === path || here.startsWith(`${path}/`);
  const Icon = item.icon;
  return (
    <NavLink
      href={path}
      label={item.label}
      leftSection={<Icon size={18} aria-hidden />}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      onClick={(event) => {
        // A new tab or window is the browser's affair.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onChosen();
        void navigate({ to: path });
      }}
    />
  );
}

function ColourSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const isDark = scheme === 'dark';
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? shell.light : shell.dark}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
    </ActionIcon>
  );
}

function Account({ me }: { readonly me: Me }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    try {
      await post('/me/sign-out');
    } finally {
      // Nothing that this person saw stays in the page, and the sign-in takes its place.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
      queries.setQueryData(meQuery.queryKey, null);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={shell.account}>
          <IconUser size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.name} · {me.role}
        </Menu.Label>
        <Menu.Item onClick={() => void navigate({ to: '/settings' })}>{shell.account}</Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
