import { ActionIcon, Group, Select, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client.ts';
import { type BookEntry, bookQuery, type CrosswalkKind, FREE_KINDS } from '../api/crosswalk.ts';
import { crosswalk as texts } from '../texts/crosswalk.ts';

interface BookChoiceProps {
  readonly connection: string;
  readonly kind: CrosswalkKind;
  readonly value: string;
  readonly onChange: (target: string) => void;
  /** What is chosen here, for those who do not see the row. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
}

const WAIT_MS = 250;

/** Type-ahead over what Cin7 holds of a kind; a text where Cin7 has no list of it. */
export function BookChoice({ label, value, onChange, kind, placeholder, ...props }: BookChoiceProps) {
  const hint = placeholder ?? texts.kinds[kind].choose;
  if (FREE_KINDS.has(kind))
    return (
      <TextInput
        aria-label={label}
        placeholder={hint}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        disabled={props.disabled === true}
        w="100%"
      />
    );
  return (
    <FromBook {...props} label={label} value={value} onChange={onChange} kind={kind} placeholder={hint} />
  );
}

function FromBook({
  connection,
  kind,
  value,
  onChange,
  label,
  disabled = false,
  placeholder,
}: BookChoiceProps) {
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState(false);
  const [text] = useDebouncedValue(typed, WAIT_MS);
  // Reading a book costs calls, so it begins when somebody comes to choose.
  const book = useQuery({
    ...bookQuery(connection, kind, text === shownOf(value, undefined) ? '' : text),
    enabled: asked,
  });
  const { items = [], total = 0 } = book.data ?? {};
  const rest = total - items.length;
  const data = items.map((entry) => ({
    value: entry.target,
    label: shownOf(entry.target, entry),
    disabled: !entry.active,
  }));
  const known = value === '' || data.some((each) => each.value === value);
  return (
    <Group gap={4} wrap="nowrap" flex={1} miw={0}>
      <Select
        aria-label={label}
        placeholder={placeholder ?? ''}
        data={known ? data : [{ value, label: value }, ...data]}
        value={value === '' ? null : value}
        onChange={(chosen) => onChange(chosen ?? '')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': texts.clear }}
        // The list itself scrolls, which the keys of the field move.
        withScrollArea={false}
        classNames={{ options: 'scrolling-options' }}
        searchValue={typed}
        onSearchChange={setTyped}
        onFocus={() => setAsked(true)}
        // The server has filtered already, by names as well.
        filter={({ options }) => options}
        nothingFoundMessage={book.isError ? texts.bookUnreadable : book.isPending ? '…' : texts.noneFound}
        maxDropdownHeight={320}
        comboboxProps={{
          width: 'max-content',
          position: 'bottom-start',
          middlewares: { shift: true, flip: true },
        }}
        disabled={disabled}
        miw={0}
        flex={1}
        {...(rest > 0 && asked
          ? {
              description: texts.moreEntries(rest),
              inputWrapperOrder: ['label', 'input', 'description', 'error'],
            }
          : {})}
      />
      {asked && <Refresh connection={connection} kind={kind} />}
    </Group>
  );
}

function Refresh({ connection, kind }: Pick<BookChoiceProps, 'connection' | 'kind'>) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const refresh = async (): Promise<void> => {
    setBusy(true);
    try {
      await get(`/connections/${connection}/books/${kind}`, { refresh: true, limit: 1 });
      await queries.invalidateQueries({ queryKey: ['books', connection, kind] });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Tooltip label={texts.refreshBook}>
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={texts.refreshBook}
        loading={busy}
        onClick={() => void refresh()}
      >
        <IconRefresh size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function shownOf(target: string, entry: BookEntry | undefined): string {
  if (entry === undefined || entry.label === '' || entry.label === target) return target;
  return entry.active ? `${target} · ${entry.label}` : `${target} · ${entry.label} (${texts.notActive})`;
}
