import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { parkedGroupsQuery } from '../../api/parked.ts';
import { Page } from '../../components/page.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { parked as texts } from '../../texts/parked.ts';
import { CauseCard } from './cause-card.tsx';
import { causesOf } from './causes.ts';

type View = 'open' | 'ignored';

/** What could not be written, by cause, and what settles each. */
export function Parked() {
  const { connection } = useParams({ from: '/c/$connection/parked' });
  const [view, setView] = useState<View>('open');
  const ignored = view === 'ignored';
  const groups = useQuery(parkedGroupsQuery(connection, ignored));
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <StartRun connection={connection} wish={{ kind: 'sync' }}>
          {texts.sync}
        </StartRun>
      }
    >
      <SegmentedControl
        aria-label={texts.view}
        value={view}
        onChange={(value) => setView(value === 'ignored' ? 'ignored' : 'open')}
        data={[
          { value: 'open', label: texts.open },
          { value: 'ignored', label: texts.ignored },
        ]}
        w="fit-content"
      />
      <Loaded query={groups}>
        {({ items }) => {
          if (items.length === 0) return <NothingParked ignored={ignored} />;
          const causes = causesOf(items);
          const records = causes.reduce((sum, { count }) => sum + count, 0);
          return (
            <Stack>
              {!ignored && (
                <Text fw={600} role="status">
                  {texts.summary(records, causes.length)}
                </Text>
              )}
              {causes.map((cause) => (
                <CauseCard key={cause.key} connection={connection} cause={cause} ignored={ignored} />
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}

function NothingParked({ ignored }: { readonly ignored: boolean }) {
  return ignored ? (
    <Empty title={texts.emptyIgnoredTitle} text={texts.emptyIgnoredText} />
  ) : (
    <Empty title={texts.emptyTitle} text={texts.emptyText} />
  );
}
