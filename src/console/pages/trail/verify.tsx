import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { Verdict } from '../../api/trail.ts';
import { Problem } from '../../components/problem.tsx';
import { trail as texts } from '../../texts/trail.ts';

/** Checks the whole chain and says what was found. */
export function Verify({ chain }: { readonly chain: string }) {
  const verify = useMutation({ mutationFn: () => post<Verdict>(`/trail/${chain}/verify`) });
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {texts.verify}
        </Button>
        {verify.isPending && (
          <Text size="sm" role="status">
            {texts.verifying}
          </Text>
        )}
      </Group>
      {verify.isError && <Problem error={verify.error} />}
      {verify.isSuccess && <Result verdict={verify.data} />}
    </Stack>
  );
}

function Result({ verdict: { flaw, entries, removed, last } }: { readonly verdict: Verdict }) {
  if (flaw !== null)
    return (
      <Alert color="red" role="alert" icon={<IconShieldX aria-hidden />} title={texts.damaged(flaw.seq)}>
        <Text size="sm">{flaw.text}</Text>
        <Text size="sm">{texts.damagedNext}</Text>
      </Alert>
    );
  return (
    <Alert color="teal" role="status" icon={<IconShieldCheck aria-hidden />} title={texts.intact(entries)}>
      {removed > 0 && <Text size="sm">{texts.removed(removed)}</Text>}
      <Text size="sm" className="breaks">
        {texts.last(last.seq, last.hash)}
      </Text>
    </Alert>
  );
}
