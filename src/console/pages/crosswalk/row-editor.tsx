import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import {
  type Choice,
  type CrosswalkRow,
  NEEDS_PERSON,
  type Suggestion,
  saveChoices,
} from '../../api/crosswalk.ts';
import { BookChoice } from '../../components/book-choice.tsx';
import { MayButton, useMissingRole } from '../../components/may-button.tsx';
import { SuggestionButton } from '../../components/suggestion-button.tsx';
import { common } from '../../texts/common.ts';
import { codeName, crosswalk as texts } from '../../texts/crosswalk.ts';

interface RowEditorProps {
  readonly connection: string;
  readonly row: CrosswalkRow;
  readonly suggestion: Suggestion | undefined;
}

/** What a code is in Cin7, and the ways to decide it anew. */
export function RowEditor({ connection, row, suggestion }: RowEditorProps) {
  const { kind, code, target, state, origin } = row;
  const needsPerson = NEEDS_PERSON.has(state);
  const [editing, setEditing] = useState(false);
  const [chosen, setChosen] = useState('');
  const missing = useMissingRole('operator');
  const close = (): void => {
    setEditing(false);
    setChosen('');
  };
  const save = useAct(
    (choice: Pick<Choice, 'target' | 'ignored'>) => saveChoices(connection, [{ kind, code, ...choice }]),
    {
      told: (_, { target: to, ignored }) => {
        if (ignored === true) return texts.leftOut;
        return to === '' ? texts.takenBack : texts.saved(1);
      },
      onDone: close,
    },
  );
  const button = { role: 'operator', size: 'compact-sm', variant: 'subtle' } as const;
  const decided = origin !== 'auto';
  return (
    <Stack gap={4} w={{ base: '100%', sm: 360 }}>
      {needsPerson || editing ? (
        <>
          <Group gap={6} wrap="nowrap" align="flex-start">
            <BookChoice
              connection={connection}
              kind={kind}
              label={`${texts.target}: ${codeName(row)}`}
              value={chosen}
              disabled={missing !== undefined}
              onChange={setChosen}
              {...(target === null ? {} : { placeholder: target })}
            />
            {chosen !== '' && (
              <Button size="xs" loading={save.isPending} onClick={() => save.mutate({ target: chosen })}>
                {texts.save}
              </Button>
            )}
          </Group>
          {chosen === '' && <SuggestionButton suggestion={suggestion} onTake={setChosen} />}
        </>
      ) : (
        <Text size="sm" className="breaks">
          {target ?? '–'}
        </Text>
      )}
      <Group gap={4} ml={-8}>
        {!needsPerson && !editing && (
          <MayButton {...button} onClick={() => setEditing(true)}>
            {texts.change}
          </MayButton>
        )}
        {editing && (
          <Button size="compact-sm" variant="subtle" onClick={close}>
            {common.cancel}
          </Button>
        )}
        {(needsPerson || editing) && state !== 'ignored' && (
          <MayButton {...button} onClick={() => save.mutate({ target: '', ignored: true })}>
            {texts.leaveOut}
          </MayButton>
        )}
        {decided && (
          <MayButton {...button} onClick={() => save.mutate({ target: '' })}>
            {texts.takeBack}
          </MayButton>
        )}
      </Group>
    </Stack>
  );
}
