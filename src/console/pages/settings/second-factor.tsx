import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/act.ts';
import { post, remove } from '../../api/client.ts';
import { Confirm } from '../../components/confirm.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { you as texts } from '../../texts/people.ts';
import { Part } from './part.tsx';
import { TotpDialog, type TotpOffer } from './totp-dialog.tsx';

interface SecondFactorProps {
  readonly enabled: boolean;
  readonly codesLeft: number;
}

interface Codes {
  readonly recoveryCodes: readonly string[];
}

type Asked = 'remove' | 'renew' | undefined;

/** The authenticator app and the recovery codes. */
export function SecondFactor({ enabled, codesLeft }: SecondFactorProps) {
  const [asked, setAsked] = useState<Asked>();
  const [offer, setOffer] = useState<TotpOffer>();
  const [codes, setCodes] = useState<readonly string[]>();
  const show = ({ recoveryCodes }: Codes): void => {
    setAsked(undefined);
    setCodes(recoveryCodes);
  };
  const begin = useAct(() => post<TotpOffer>('/me/totp'), { refresh: [], onDone: setOffer });
  const drop = useAct(() => remove('/me/totp'), {
    told: texts.totpRemoved,
    onDone: () => setAsked(undefined),
  });
  const renew = useAct(() => post<Codes>('/me/recovery-codes'), { onDone: show });
  return (
    <Part title={texts.totpTitle}>
      <Text size="sm">{enabled ? texts.totpOn : texts.totpOff}</Text>
      {enabled ? (
        <Stack gap="xs">
          <Text size="sm">{texts.recoveryLeft(codesLeft)}</Text>
          <Group gap="xs">
            <Button variant="default" onClick={() => setAsked('renew')}>
              {texts.recoveryNew}
            </Button>
            <Button variant="default" onClick={() => setAsked('remove')}>
              {texts.totpRemove}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Button w="fit-content" loading={begin.isPending} onClick={() => begin.mutate()}>
          {texts.totpAdd}
        </Button>
      )}
      <TotpDialog
        offer={offer}
        onClose={() => setOffer(undefined)}
        onDone={(recoveryCodes) => {
          setOffer(undefined);
          setCodes(recoveryCodes);
        }}
      />
      <Confirm
        opened={asked === 'remove'}
        title={texts.totpRemoveTitle}
        text={texts.totpRemoveText}
        action={texts.totpRemove}
        danger
        busy={drop.isPending}
        onClose={() => setAsked(undefined)}
        onConfirm={() => drop.mutate()}
      />
      <Confirm
        opened={asked === 'renew'}
        title={texts.recoveryNewTitle}
        text={texts.recoveryNewText}
        action={texts.recoveryNew}
        busy={renew.isPending}
        onClose={() => setAsked(undefined)}
        onConfirm={() => renew.mutate()}
      />
      <ShownOnce
        title={texts.recoveryTitle}
        text={texts.recoveryText}
        value={codes?.join('\n')}
        onClose={() => setCodes(undefined)}
      />
    </Part>
  );
}
