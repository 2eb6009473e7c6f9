import { NativeSelect, NumberInput, PasswordInput, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import type { EmailSettings } from '../../api/notices.ts';
import { notices as texts } from '../../texts/people.ts';
import { credentials } from '../../texts/settings.ts';
import type { ChannelDraft } from './channel-draft.ts';

interface EmailFieldsProps {
  readonly draft: ChannelDraft;
  readonly isNew: boolean;
  readonly onChange: (changes: Partial<ChannelDraft>) => void;
}

const SECURITIES = ['starttls', 'tls', 'none'] as const;
const PORT_MAX = 65_535;

/** The mail server, who sends, who gets it. */
export function EmailFields({ draft, isNew, onChange }: EmailFieldsProps) {
  const { email, password } = draft;
  const set = (changes: Partial<EmailSettings>): void => onChange({ email: { ...email, ...changes } });
  return (
    <>
      <TagsInput
        label={texts.to}
        description={texts.toHint}
        required
        value={[...email.to]}
        onChange={(to) => set({ to })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          type="email"
          label={texts.sender}
          required
          value={email.from}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
        <TextInput
          label={texts.host}
          required
          placeholder="smtp.example.com"
          value={email.host}
          onChange={(event) => set({ host: event.currentTarget.value })}
        />
        <NativeSelect
          label={texts.security}
          value={email.security}
          data={SECURITIES.map((each) => ({ value: each, label: texts.securities[each] }))}
          onChange={(event) =>
            set({ security: SECURITIES.find((each) => each === event.currentTarget.value) ?? 'starttls' })
          }
        />
        <NumberInput
          label={texts.port}
          min={1}
          max={PORT_MAX}
          allowDecimal={false}
          value={email.port}
          onChange={(port) => {
            if (typeof port === 'number') set({ port });
          }}
        />
        <TextInput
          label={texts.user}
          description={texts.userHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          value={email.user ?? ''}
          onChange={(event) =>
            set({ user: event.currentTarget.value === '' ? null : event.currentTarget.value })
          }
        />
        <PasswordInput
          label={texts.password}
          placeholder={isNew ? '' : credentials.keep}
          autoComplete="new-password"
          value={password}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
        />
      </SimpleGrid>
    </>
  );
}
