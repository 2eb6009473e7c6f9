import {
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  SegmentedControl,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post, put } from '../../api/client.ts';
import { type Channel, noticeEventsQuery, type SavedChannel } from '../../api/notices.ts';
import { connectionsQuery } from '../../api/session.ts';
import { Problem } from '../../components/problem.tsx';
import { common } from '../../texts/common.ts';
import { notices as texts } from '../../texts/people.ts';
import { type ChannelDraft, draftOf, inputOf } from './channel-draft.ts';
import { EmailFields } from './email-fields.tsx';

interface ChannelDialogProps {
  readonly edited: Channel | 'new' | undefined;
  readonly onClose: () => void;
  readonly onSaved: (saved: SavedChannel) => void;
}

/** Makes a channel or changes one. Secrets are entered, never shown. */
export function ChannelDialog({ edited, onClose, onSaved }: ChannelDialogProps) {
  const isNew = edited === 'new';
  return (
    <Modal
      opened={edited !== undefined}
      onClose={onClose}
      title={edited === undefined || isNew ? texts.addTitle : texts.editTitle(edited.name)}
      size="lg"
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {edited !== undefined && (
        <ChannelForm channel={isNew ? undefined : edited} onClose={onClose} onSaved={onSaved} />
      )}
    </Modal>
  );
}

interface ChannelFormProps {
  readonly channel: Channel | undefined;
  readonly onClose: () => void;
  readonly onSaved: (saved: SavedChannel) => void;
}

function ChannelForm({ channel, onClose, onSaved }: ChannelFormProps) {
  const [draft, setDraft] = useState<ChannelDraft>(() => draftOf(channel));
  const set = (changes: Partial<ChannelDraft>): void => setDraft({ ...draft, ...changes });
  const save = useAct(
    () =>
      channel === undefined
        ? post<SavedChannel>('/notice-channels', inputOf(draft))
        : put<SavedChannel>(`/notice-channels/${channel.id}`, inputOf(draft)),
    {
      told: texts.saved,
      showsError: true,
      onDone: (saved) => {
        onClose();
        onSaved(saved);
      },
    },
  );
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack>
        {channel === undefined && (
          <SegmentedControl
            aria-label={texts.kind}
            value={draft.kind}
            onChange={(kind) => set({ kind })}
            data={(['email', 'webhook', 'slack'] as const).map((kind) => ({
              value: kind,
              label: texts.kinds[kind],
            }))}
          />
        )}
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          required
          data-autofocus
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {draft.kind === 'email' ? (
          <EmailFields draft={draft} isNew={channel === undefined} onChange={set} />
        ) : (
          <TextInput
            type="url"
            label={texts.url}
            description={texts.urlHint}
            placeholder={channel === undefined ? 'https://' : texts.keepUrl}
            required={channel === undefined}
            value={draft.url}
            onChange={(event) => set({ url: event.currentTarget.value })}
          />
        )}
        <Told draft={draft} onChange={set} />
        {save.isError && <Problem error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ToldProps {
  readonly draft: ChannelDraft;
  readonly onChange: (changes: Partial<ChannelDraft>) => void;
}

/** Which events of which connections go to the channel. */
function Told({ draft, onChange }: ToldProps) {
  const { data: events } = useQuery(noticeEventsQuery);
  const { data: connections } = useQuery(connectionsQuery);
  const names = events?.items.map(({ name }) => name) ?? [];
  return (
    <>
      <Checkbox
        label={texts.everything}
        checked={draft.events === null}
        onChange={(event) => onChange({ events: event.currentTarget.checked ? null : names })}
      />
      {draft.events !== null && (
        <Checkbox.Group
          label={texts.events}
          value={[...draft.events]}
          onChange={(chosen) => onChange({ events: chosen })}
        >
          <Stack gap="xs" mt={4}>
            {events?.items.map(({ name, description }) => (
              <Checkbox key={name} value={name} label={description} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {(connections?.items.length ?? 0) > 1 && (
        <MultiSelect
          label={texts.connections}
          placeholder={draft.connections === null ? texts.allConnections : ''}
          data={connections?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={[...(draft.connections ?? [])]}
          onChange={(chosen) => onChange({ connections: chosen.length === 0 ? null : chosen })}
        />
      )}
      <Switch
        label={draft.enabled ? texts.enabled : texts.disabled}
        checked={draft.enabled}
        onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
      />
    </>
  );
}
