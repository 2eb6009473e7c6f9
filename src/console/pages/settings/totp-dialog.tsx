import { Anchor, Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post } from '../../api/client.ts';
import { Problem } from '../../components/problem.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { common } from '../../texts/common.ts';
import { you as texts } from '../../texts/people.ts';

export interface TotpOffer {
  readonly secret: string;
  readonly uri: string;
}

interface TotpDialogProps {
  readonly offer: TotpOffer | undefined;
  readonly onClose: () => void;
  readonly onDone: (recoveryCodes: readonly string[]) => void;
}

/** The key of an authenticator app, and its first code, with which it begins to count. */
export function TotpDialog({ offer, onClose, onDone }: TotpDialogProps) {
  return (
    <Modal
      opened={offer !== undefined}
      onClose={onClose}
      title={texts.totpAddTitle}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {offer !== undefined && <Enrolment offer={offer} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function Enrolment({ offer, onClose, onDone }: TotpDialogProps & { readonly offer: TotpOffer }) {
  const [code, setCode] = useState('');
  const confirm = useAct(
    () => post<{ readonly recoveryCodes: readonly string[] }>('/me/totp/confirm', { code: code.trim() }),
    {
      told: texts.totpAdded,
      showsError: true,
      onDone: ({ recoveryCodes }) => onDone(recoveryCodes),
    },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <Stack>
        <Text size="sm">{texts.totpScan}</Text>
        <Group justify="center">
          <QrCode text={offer.uri} label={texts.totpQr} />
        </Group>
        <Anchor href={offer.uri} size="sm">
          {texts.totpLink}
        </Anchor>
        <Stack gap={4}>
          <Text size="sm" fw={500}>
            {texts.totpKey}
          </Text>
          <Code block className="breaks" fz="md">
            {inFours(offer.secret)}
          </Code>
        </Stack>
        <TextInput
          label={texts.totpCode}
          required
          autoComplete="one-time-code"
          inputMode="numeric"
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {confirm.isError && <Problem error={confirm.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={confirm.isPending}>
            {texts.totpConfirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const inFours = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
