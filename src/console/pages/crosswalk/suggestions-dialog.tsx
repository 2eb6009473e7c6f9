import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { type CrosswalkKind, type Suggestion, saveChoices, suggestionsQuery } from '../../api/crosswalk.ts';
import { useMay } from '../../api/session.ts';
import { type Column, Listing } from '../../components/listing.tsx';
import { common } from '../../texts/common.ts';
import { crosswalk as texts } from '../../texts/crosswalk.ts';

interface SuggestionsDialogProps {
  readonly connection: string;
  readonly kind: CrosswalkKind | undefined;
}

/** Many suggestions at once, each looked at. Nothing is chosen beforehand. */
export function SuggestionsDialog({ connection, kind }: SuggestionsDialogProps) {
  const [opened, setOpened] = useState(false);
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const may = useMay('operator');
  const { data } = useQuery({ ...suggestionsQuery(connection, kind), enabled: may });
  const close = (): void => {
    setOpened(false);
    setTaken(new Set());
  };
  const save = useAct((choices: readonly Suggestion[]) => saveChoices(connection, choices.map(choiceOf)), {
    told: ({ added, changed }) => texts.saved(added + changed),
    onDone: close,
  });
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  const chosen = items.filter((item) => taken.has(keyOf(item)));
  const take = (keys: readonly string[], on: boolean): void => {
    const next = new Set(taken);
    for (const key of keys) {
      if (on) next.add(key);
      else next.delete(key);
    }
    setTaken(next);
  };
  return (
    <>
      <Button onClick={() => setOpened(true)}>{texts.accept(items.length)}</Button>
      <Modal
        opened={opened}
        onClose={close}
        title={texts.acceptTitle}
        size="xl"
        closeButtonProps={{ 'aria-label': common.close }}
      >
        <Stack>
          <Text size="sm">{texts.acceptText}</Text>
          <Checkbox
            label={texts.acceptAll}
            checked={chosen.length === items.length}
            indeterminate={chosen.length > 0 && chosen.length < items.length}
            onChange={(event) => take(items.map(keyOf), event.currentTarget.checked)}
          />
          <Listing caption={texts.acceptTitle} rows={items} rowKey={keyOf} columns={columnsOf(taken, take)} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common.cancel}
            </Button>
            <Button
              disabled={chosen.length === 0}
              loading={save.isPending}
              onClick={() => save.mutate(chosen)}
            >
              {texts.acceptChosen(chosen.length)}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

const keyOf = ({ kind, code }: Suggestion): string => `${kind} ${code}`;
const choiceOf = ({ kind, code, target }: Suggestion) => ({ kind, code, target });

function columnsOf(
  taken: ReadonlySet<string>,
  take: (keys: readonly string[], on: boolean) => void,
): readonly Column<Suggestion>[] {
  return [
    {
      key: 'take',
      header: texts.take,
      quiet: true,
      cell: (item) => (
        <Checkbox
          aria-label={`${texts.take} ${item.code} → ${item.target}`}
          checked={taken.has(keyOf(item))}
          onChange={(event) => take([keyOf(item)], event.currentTarget.checked)}
        />
      ),
    },
    {
      key: 'code',
      header: texts.code,
      cell: ({ kind, code }) => (
        <>
          <Text size="sm" fw={600} className="breaks">
            {code === '' ? texts.blank : code}
          </Text>
          <Text size="xs" c="dimmed">
            {texts.kinds[kind].one}
          </Text>
        </>
      ),
    },
    {
      key: 'target',
      header: texts.target,
      cell: ({ target, label }) => (
        <>
          <Text size="sm" className="breaks">
            {target}
          </Text>
          {label !== target && (
            <Text size="xs" c="dimmed">
              {label}
            </Text>
          )}
        </>
      ),
    },
    { key: 'reason', header: texts.reason, cell: ({ reason }) => reason },
  ];
}
