import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/session.ts';
import { roleNames, you as texts } from '../../texts/people.ts';
import { OwnPassword } from './own-password.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { Part } from './part.tsx';
import { SecondFactor } from './second-factor.tsx';

/** The own account. */
export function You() {
  const { data: me } = useQuery(meQuery);
  if (me?.user == null) return null;
  return (
    <Stack>
      <Text>{texts.signedInAs(me.name, roleNames[me.role])}</Text>
      <Part title={texts.passwordTitle}>
        {me.user.hasPassword ? <OwnPassword /> : <Text size="sm">{texts.passwordNone}</Text>}
      </Part>
      {me.user.hasPassword && (
        <SecondFactor enabled={me.user.totpEnabled} codesLeft={me.user.recoveryCodesLeft} />
      )}
      <OwnSessions />
    </Stack>
  );
}
