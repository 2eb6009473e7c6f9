import { Button, FileInput, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import type { CrosswalkKind, EditResult } from '../../api/crosswalk.ts';
import { Tag } from '../../components/badges.tsx';
import { type Column, Listing } from '../../components/listing.tsx';
import { Problem } from '../../components/problem.tsx';
import { common } from '../../texts/common.ts';
import { crosswalk as texts } from '../../texts/crosswalk.ts';

interface Effect {
  readonly kind: CrosswalkKind;
  readonly code: string;
  readonly label: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly effect: 'add' | 'change' | 'remove' | 'same';
  readonly unknownTarget: boolean;
}

interface Preview {
  readonly csv: string;
  readonly effects: readonly Effect[];
}

interface ImportDialogProps {
  readonly connection: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

const CHARS_MAX = 900_000;
const SHOWN = 100;

/** Codes out of a CSV file: what would change is shown before it does. */
export function ImportDialog({ connection, opened, onClose }: ImportDialogProps) {
  const [preview, setPreview] = useState<Preview>();
  const base = `/connections/${connection}/crosswalk`;
  const look = useAct(
    async (file: File): Promise<Preview> => {
      const csv = await file.text();
      if (csv.length > CHARS_MAX) throw new Error(texts.importTooLarge);
      const { items } = await post<{ readonly items: readonly Effect[] }>(`${base}/preview`, { csv });
      return { csv, effects: items };
    },
    { refresh: [], showsError: true, onDone: setPreview },
  );
  const close = (): void => {
    onClose();
    setPreview(undefined);
    look.reset();
  };
  const load = useAct((csv: string) => post<EditResult>(`${base}/import`, { csv }), {
    told: ({ added, changed, removed }) => texts.imported(added + changed + removed),
    onDone: close,
  });
  const changes = preview?.effects.filter(({ effect }) => effect !== 'same') ?? [];
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={texts.importTitle}
      size="xl"
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <Text size="sm">{texts.importText}</Text>
        <FileInput
          label={texts.importFile}
          placeholder={texts.importChoose}
          accept=".csv,text/csv"
          clearable
          clearButtonProps={{ 'aria-label': texts.importClear }}
          onChange={(file) => {
            setPreview(undefined);
            if (file !== null) look.mutate(file);
          }}
        />
        {look.isError && <Problem error={look.error} />}
        {preview !== undefined && (
          <Changes changes={changes} same={preview.effects.length - changes.length} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.cancel}
          </Button>
          <Button
            disabled={changes.length === 0}
            loading={load.isPending || look.isPending}
            onClick={() => {
              if (preview !== undefined) load.mutate(preview.csv);
            }}
          >
            {texts.importDo(changes.length)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Changes({ changes, same }: { readonly changes: readonly Effect[]; readonly same: number }) {
  const unknown = changes.filter(({ unknownTarget }) => unknownTarget).length;
  return (
    <Stack gap="xs" role="status">
      {changes.length === 0 && <Text fw={600}>{texts.importNothing}</Text>}
      {unknown > 0 && (
        <Text size="sm" fw={600}>
          {texts.importUnknown(unknown)}
        </Text>
      )}
      {changes.length > SHOWN && <Text size="sm">{texts.importFirst(SHOWN)}</Text>}
      {changes.length > 0 && (
        <Listing
          caption={texts.importTitle}
          rows={changes.slice(0, SHOWN)}
          rowKey={({ kind, code }) => `${kind} ${code}`}
          columns={COLUMNS}
        />
      )}
      {same > 0 && (
        <Text size="sm" c="dimmed">
          {texts.importSame(same)}
        </Text>
      )}
    </Stack>
  );
}

const COLOURS = { add: 'teal', change: 'orange', remove: 'red', same: 'gray' } as const;

const COLUMNS: readonly Column<Effect>[] = [
  {
    key: 'code',
    header: texts.code,
    cell: ({ kind, code, label }) => (
      <>
        <Text size="sm" fw={600} className="breaks">
          {code === '' ? texts.blank : code}
        </Text>
        <Text size="xs" c="dimmed">
          {texts.kinds[kind].one} {label}
        </Text>
      </>
    ),
  },
  {
    key: 'effect',
    header: texts.state,
    cell: ({ effect }) => <Tag colour={COLOURS[effect]} text={texts.effects[effect]} />,
  },
  { key: 'from', header: texts.from, cell: ({ from }) => from ?? '–' },
  {
    key: 'to',
    header: texts.to,
    cell: ({ to, unknownTarget }) => (
      <Stack gap={2} align="flex-start">
        <span className="breaks">{to ?? '–'}</span>
        {unknownTarget && <Tag colour="red" text={texts.unknownTarget} />}
      </Stack>
    ),
  },
];
