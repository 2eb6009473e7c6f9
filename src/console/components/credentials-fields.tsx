import { PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { credentials as texts } from '../texts/settings.ts';

/** Names of the credentials of a connection, as the vault knows them. */
export const JDE_CREDENTIALS = ['jde.user', 'jde.password'] as const;
export const CIN7_CREDENTIALS = ['cin7.accountId', 'cin7.applicationKey'] as const;
export type CredentialName = (typeof JDE_CREDENTIALS | typeof CIN7_CREDENTIALS)[number];
export type CredentialValues = Readonly<Partial<Record<CredentialName, string>>>;

const HIDDEN: ReadonlySet<string> = new Set(['jde.password', 'cin7.applicationKey']);

interface CredentialsFieldsProps {
  readonly names: readonly CredentialName[];
  readonly values: CredentialValues;
  readonly onChange: (values: CredentialValues) => void;
  /** Present ones stay where nothing is entered. */
  readonly keepsPresent?: boolean;
}

/** Entering credentials; what browsers remember of other passwords stays out. */
export function CredentialsFields({ names, values, onChange, keepsPresent = false }: CredentialsFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {names.map((name) => {
        const Input = HIDDEN.has(name) ? PasswordInput : TextInput;
        return (
          <Input
            key={name}
            label={texts.names[name]}
            description={texts.hints[name]}
            required={!keepsPresent}
            placeholder={keepsPresent ? texts.keep : ''}
            autoComplete={HIDDEN.has(name) ? 'new-password' : 'off'}
            spellCheck={false}
            value={values[name] ?? ''}
            onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
        );
      })}
    </SimpleGrid>
  );
}

/** Those that were entered. */
export function entered(values: CredentialValues): CredentialValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
}
