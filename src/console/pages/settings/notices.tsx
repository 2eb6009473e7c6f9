import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Channel, channelsQuery, type SavedChannel } from '../../api/notices.ts';
import { useMay } from '../../api/session.ts';
import { MayButton, useMissingRole } from '../../components/may-button.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { notices as texts } from '../../texts/people.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelList } from './channel-list.tsx';
import { Deliveries } from './deliveries.tsx';
import { Part } from './part.tsx';

/** Where people are told, and whether it arrived. */
export function Notices() {
  const mayLook = useMay('operator');
  const missing = useMissingRole('operator');
  const channels = useQuery({ ...channelsQuery, enabled: mayLook });
  const [edited, setEdited] = useState<Channel | 'new'>();
  const [saved, setSaved] = useState<SavedChannel>();
  if (!mayLook) return <Empty title={texts.operatorOnly} text={missing ?? ''} />;
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" maw={720}>
          {texts.lead}
        </Text>
        <MayButton role="admin" onClick={() => setEdited('new')}>
          {texts.add}
        </MayButton>
      </Group>
      <Loaded query={channels}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={texts.none} text={texts.noneText} />
          ) : (
            <ChannelList channels={items} onEdit={setEdited} />
          )
        }
      </Loaded>
      <Part title={texts.deliveries}>
        <Deliveries />
      </Part>
      <ChannelDialog edited={edited} onClose={() => setEdited(undefined)} onSaved={setSaved} />
      <ShownOnce
        title={texts.signing}
        text={texts.signingText}
        value={saved?.newSigningSecret}
        onClose={() => setSaved(undefined)}
      />
    </Stack>
  );
}
