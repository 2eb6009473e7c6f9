import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../../api/overview.ts';
import { useMay } from '../../api/session.ts';
import { PathButton } from '../../components/go.tsx';
import { Page } from '../../components/page.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { overview as texts } from '../../texts/overview.ts';
import { ConnectionCard } from './connection-card.tsx';
import { needsOf } from './needs.ts';
import { Needs } from './needs-list.tsx';

/** Is everything fresh, and does anybody need to do anything? */
export function Overview() {
  const query = useQuery(overviewQuery);
  return (
    <Page title={texts.title}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <NoConnection />
          ) : (
            <Stack gap="lg">
              <Needs needs={needsOf(items)} />
              <SimpleGrid cols={{ base: 1, xl: items.length > 1 ? 2 : 1 }} spacing="lg">
                {items.map((item) => (
                  <ConnectionCard key={item.connection.id} overview={item} />
                ))}
              </SimpleGrid>
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function NoConnection() {
  const mayMake = useMay('admin');
  return (
    <Empty title={texts.emptyTitle} text={mayMake ? texts.emptyText : texts.setUpNeedsAdmin}>
      {mayMake && <PathButton path="/set-up">{texts.setUp}</PathButton>}
    </Empty>
  );
}
