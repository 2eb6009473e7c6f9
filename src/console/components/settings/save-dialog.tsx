import { Stack, Text } from '@mantine/core';
import { settings as texts } from '../../texts/settings.ts';
import { Confirm } from '../confirm.tsx';
import { type Column, Listing } from '../listing.tsx';
import { Problem } from '../problem.tsx';
import { shown } from './setting-row.tsx';

interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

interface SaveDialogProps {
  readonly opened: boolean;
  readonly changes: readonly Change[];
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onSave: () => void;
}

/** Sections that decide what records become. */
const OF_MAPPING = /^(accounts|suppliers|purchases|crosswalk|run)\./;

/** What changes, and what follows from it, before it is saved. */
export function SaveDialog({ opened, changes, busy, error, onClose, onSave }: SaveDialogProps) {
  const mapsAnew = changes.some(({ path }) => OF_MAPPING.test(path));
  return (
    <Confirm
      opened={opened}
      title={texts.saveTitle}
      text={mapsAnew ? `${texts.saveText} ${texts.saveMapsAnew}` : texts.saveText}
      action={texts.save}
      busy={busy}
      onClose={onClose}
      onConfirm={onSave}
    >
      <Stack>
        <Listing caption={texts.saveTitle} rows={changes} rowKey={({ path }) => path} columns={COLUMNS} />
        {error !== undefined && <Problem error={error} />}
      </Stack>
    </Confirm>
  );
}

const COLUMNS: readonly Column<Change>[] = [
  {
    key: 'path',
    header: texts.setting,
    cell: ({ path }) => (
      <Text size="sm" fw={600} className="breaks">
        {path}
      </Text>
    ),
  },
  { key: 'from', header: texts.from, cell: ({ from }) => <span className="breaks">{shown(from)}</span> },
  { key: 'to', header: texts.to, cell: ({ to }) => <span className="breaks">{shown(to)}</span> },
];
