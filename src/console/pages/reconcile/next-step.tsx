import { Stack, Text } from '@mantine/core';
import type { Finding } from '../../api/types.ts';
import { GoButton } from '../../components/go.tsx';
import { StartRun } from '../../components/start-run.tsx';
import { nextText } from '../../texts/causes.ts';
import { reconcile as texts } from '../../texts/reconcile.ts';
import { isVoidedByHand, nextActOf } from './next-act.ts';

interface NextStepProps {
  readonly connection: string;
  readonly finding: Finding;
}

/** What to do about a finding, and the button that does it or leads to it. */
export function NextStep({ connection, finding }: NextStepProps) {
  const act = nextActOf(finding);
  if (act === undefined || finding.recordKey === null)
    return <Text size="sm">{nextText(finding.code ?? '', finding.nextStep)}</Text>;
  return (
    <Stack gap={4} align="flex-start">
      <Text size="sm">{wordsOf(finding)}</Text>
      <Act connection={connection} finding={finding} recordKey={finding.recordKey} />
    </Stack>
  );
}

function wordsOf(finding: Finding): string {
  switch (nextActOf(finding)) {
    case 'readAgain':
      return texts.steps.readAgain;
    case 'sendAnew':
      return isVoidedByHand(finding) ? texts.steps.sendVoidedAnew : texts.steps.sendAnew;
    case 'crosswalk':
      return finding.class === 'goneInJde' ? texts.steps.takeBack : texts.steps.mapAnew;
    case undefined:
      return finding.nextStep;
  }
}

function Act({ connection, finding, recordKey }: NextStepProps & { readonly recordKey: string }) {
  const { flow, label } = finding;
  const button = { size: 'xs', variant: 'default' } as const;
  switch (nextActOf(finding)) {
    case 'readAgain':
      return (
        <StartRun
          {...button}
          connection={connection}
          wish={readingAgain(finding, recordKey)}
          aria-label={`${texts.acts.readAgain}: ${label}`}
        >
          {texts.acts.readAgain}
        </StartRun>
      );
    case 'sendAnew':
      return (
        <GoButton
          {...button}
          to="/c/$connection/records/$flow/$recordKey"
          params={{ connection, flow, recordKey }}
          search={{ send: 'anew' }}
          aria-label={`${texts.acts.sendAnew} ${label}`}
        >
          {texts.acts.sendAnew}
        </GoButton>
      );
    case 'crosswalk':
      return (
        <GoButton
          {...button}
          to="/c/$connection/crosswalk"
          params={{ connection }}
          search={{ kind: 'account', text: recordKey }}
          aria-label={`${texts.acts.crosswalk}: ${label}`}
        >
          {texts.acts.crosswalk}
        </GoButton>
      );
    case undefined:
      return null;
  }
}

/** Accounts are read as a whole. */
function readingAgain({ flow }: Finding, recordKey: string) {
  const backfill = flow === 'accounts' ? {} : { fromKey: recordKey, toKey: recordKey };
  return { kind: 'backfill', flows: [flow], backfill } as const;
}
