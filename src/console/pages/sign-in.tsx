import {
  Button,
  Center,
  Code,
  Divider,
  List,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { get, post } from '../api/client.ts';
import { Problem } from '../components/problem.tsx';
import { Loaded } from '../components/states.tsx';
import { common } from '../texts/common.ts';
import { signIn as texts } from '../texts/sign-in.ts';

interface Ways {
  readonly needsSetUp: boolean;
  readonly passwordLengthMin: number;
  readonly oidc: { readonly label: string } | null;
}

type Step =
  | { readonly kind: 'session' }
  | {
      readonly kind: 'totp_required' | 'password_change_required' | 'totp_enrolment_required';
      readonly ticket: string;
    };

/** Signing in: name and password, then whatever step the server still asks for. */
export function SignIn() {
  const ways = useQuery({ queryKey: ['auth'], queryFn: () => get<Ways>('/auth') });
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={420}>
        <Loaded query={ways}>{(known) => <Steps ways={known} />}</Loaded>
      </Paper>
    </Center>
  );
}

function Steps({ ways }: { readonly ways: Ways }) {
  const queries = useQueryClient();
  const [step, setStep] = useState<Step | undefined>();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>([]);
  const enter = (): void => void queries.invalidateQueries();
  const go = (next: Step): void => {
    if (next.kind === 'session') enter();
    else setStep(next);
  };
  if (recoveryCodes.length > 0) return <RecoveryCodes codes={recoveryCodes} onDone={enter} />;
  if (step === undefined || step.kind === 'session')
    return ways.needsSetUp ? <SetUp ways={ways} onStep={go} /> : <NameAndPassword ways={ways} onStep={go} />;
  switch (step.kind) {
    case 'totp_required':
      return <SecondFactor ticket={step.ticket} onStep={go} />;
    case 'password_change_required':
      return <OwnPassword ticket={step.ticket} ways={ways} onStep={go} />;
    case 'totp_enrolment_required':
      return (
        <Enrolment
          ticket={step.ticket}
          onDone={(codes, next) => {
            if (next.kind === 'session') setRecoveryCodes(codes);
            else setStep(next);
          }}
        />
      );
  }
}

interface FormProps {
  readonly title: string;
  readonly text?: string;
  readonly submit: string;
  readonly onSubmit: () => Promise<void>;
  readonly children: ReactNode;
}

/** A form that tells what the server said, and cannot be sent twice. */
function Form({ title, text, submit, onSubmit, children }: FormProps) {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack>
        <Title order={1} size="h3">
          {title}
        </Title>
        {text !== undefined && <Text c="dimmed">{text}</Text>}
        {children}
        {error !== undefined && <Problem error={error} />}
        <Button type="submit" loading={busy}>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}

interface StepProps {
  readonly onStep: (next: Step) => void;
}

function NameAndPassword({ ways, onStep }: StepProps & { readonly ways: Ways }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Stack>
      <Form
        title={texts.title}
        submit={texts.submit}
        onSubmit={async () => onStep(await post<Step>('/auth/sign-in', { name, password }))}
      >
        <TextInput
          label={texts.name}
          required
          autoComplete="username"
          autoFocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={texts.password}
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </Form>
      {ways.oidc !== null && (
        <>
          <Divider />
          <Button component="a" href="/api/v1/auth/oidc/start" variant="default">
            {texts.withProvider(ways.oidc.label)}
          </Button>
        </>
      )}
    </Stack>
  );
}

function SetUp({ ways, onStep }: StepProps & { readonly ways: Ways }) {
  const [token, setToken] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Form
      title={texts.setUpTitle}
      text={texts.setUpText}
      submit={texts.setUpSubmit}
      onSubmit={async () => onStep(await post<Step>('/auth/set-up', { token: token.trim(), name, password }))}
    >
      <TextInput
        label={texts.setUpToken}
        required
        autoFocus
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <TextInput
        label={texts.name}
        required
        autoComplete="username"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={texts.password}
        description={texts.lengthAtLeast(ways.passwordLengthMin)}
        required
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </Form>
  );
}

function SecondFactor({ ticket, onStep }: StepProps & { readonly ticket: string }) {
  const [code, setCode] = useState('');
  return (
    <Form
      title={texts.title}
      submit={texts.codeSubmit}
      onSubmit={async () => onStep(await post<Step>('/auth/sign-in/code', { ticket, code: code.trim() }))}
    >
      <TextInput
        label={texts.code}
        required
        autoFocus
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </Form>
  );
}

function OwnPassword({ ticket, ways, onStep }: StepProps & { readonly ticket: string; readonly ways: Ways }) {
  const [password, setPassword] = useState('');
  return (
    <Form
      title={texts.ownPasswordTitle}
      text={texts.ownPasswordText}
      submit={texts.ownPasswordSubmit}
      onSubmit={async () => onStep(await post<Step>('/auth/sign-in/password', { ticket, password }))}
    >
      <PasswordInput
        label={texts.ownPassword}
        description={texts.lengthAtLeast(ways.passwordLengthMin)}
        required
        autoFocus
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </Form>
  );
}

interface EnrolmentProps {
  readonly ticket: string;
  readonly onDone: (recoveryCodes: readonly string[], next: Step) => void;
}

function Enrolment({ ticket, onDone }: EnrolmentProps) {
  const offer = useQuery({
    queryKey: ['totp-offer', ticket],
    queryFn: () => post<{ readonly secret: string; readonly uri: string }>('/auth/sign-in/totp', { ticket }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [code, setCode] = useState('');
  return (
    <Form
      title={texts.enrolTitle}
      text={texts.enrolText}
      submit={texts.enrolSubmit}
      onSubmit={async () => {
        const done = await post<{ readonly signIn: Step; readonly recoveryCodes: readonly string[] }>(
          '/auth/sign-in/totp/confirm',
          { ticket, code: code.trim() },
        );
        onDone(done.recoveryCodes, done.signIn);
      }}
    >
      <Loaded query={offer}>
        {({ secret }) => (
          <Stack gap={4}>
            <Text size="sm" fw={500}>
              {texts.enrolKey}
            </Text>
            <Code block className="breaks">
              {secret}
            </Code>
          </Stack>
        )}
      </Loaded>
      <TextInput
        label={texts.enrolCode}
        required
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </Form>
  );
}

function RecoveryCodes({
  codes,
  onDone,
}: {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}) {
  return (
    <Stack>
      <Title order={1} size="h3">
        {texts.recoveryTitle}
      </Title>
      <Text c="dimmed">{texts.recoveryText}</Text>
      <List>
        {codes.map((code) => (
          <List.Item key={code}>
            <Code>{code}</Code>
          </List.Item>
        ))}
      </List>
      <Button onClick={onDone}>{texts.recoveryDone}</Button>
    </Stack>
  );
}
