import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Fact } from '../../components/fact.tsx';
import { GoButton } from '../../components/go.tsx';
import { Moment } from '../../components/moment.tsx';
import { Loaded } from '../../components/states.tsx';
import { system as texts } from '../../texts/people.ts';
import { Part } from './part.tsx';

interface SystemState {
  readonly version: string;
  readonly startedAt: string;
  readonly store: 'sqlite' | 'postgres';
  readonly connections: number;
}

/** What is installed. */
export function System() {
  const isAdmin = useMay('admin');
  const system = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => get<SystemState>('/system', {}, signal),
  });
  return (
    <Stack>
      <Loaded query={system}>
        {({ version, startedAt, store, connections }) => (
          <Part title={texts.lead}>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
              <Fact label={texts.version}>{version}</Fact>
              <Fact label={texts.started}>
                <Moment at={startedAt} />
              </Fact>
              <Fact label={texts.store}>{texts.stores[store]}</Fact>
              <Fact label={texts.connections}>{connections.toLocaleString('en')}</Fact>
            </SimpleGrid>
            {isAdmin && (
              <SimpleGrid cols={{ base: 1, xs: 2 }} w="fit-content">
                <GoButton to="/set-up" variant="default">
                  {texts.newConnection}
                </GoButton>
                <GoButton to="/trail" variant="default">
                  {texts.trail}
                </GoButton>
              </SimpleGrid>
            )}
          </Part>
        )}
      </Loaded>
      <Part title={texts.api}>
        <Text size="sm">{texts.apiText}</Text>
        <Anchor href="/api/v1/openapi.json" size="sm" w="fit-content">
          {texts.openApi}
        </Anchor>
      </Part>
    </Stack>
  );
}
