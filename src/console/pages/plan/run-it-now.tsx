import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionOverviewQuery } from '../../api/overview.ts';
import type { PlanSummary } from '../../api/types.ts';
import { Confirm } from '../../components/confirm.tsx';
import { MayButton } from '../../components/may-button.tsx';
import { refusalOf, useStartRun } from '../../components/start-run.tsx';
import { planTexts as texts } from '../../texts/plan.ts';
import { writesOf } from './words.ts';

interface RunItNowProps {
  readonly connection: string;
  readonly plan: PlanSummary;
}

/** Starts the sync that the plan is about, after saying what it writes. */
export function RunItNow({ connection, plan }: RunItNowProps) {
  const [asked, setAsked] = useState(false);
  const start = useStartRun(connection);
  const { data } = useQuery(connectionOverviewQuery(connection));
  const words = writesOf(plan);
  return (
    <>
      <MayButton role="operator" refusal={refusalOf(data)} onClick={() => setAsked(true)}>
        {texts.run}
      </MayButton>
      <Confirm
        opened={asked}
        title={texts.runQuestion}
        text={words === '' ? texts.runNothing : texts.runText(words)}
        action={texts.run}
        busy={start.isPending}
        onConfirm={() => start.mutate({ kind: 'sync' }, { onError: () => setAsked(false) })}
        onClose={() => setAsked(false)}
      />
    </>
  );
}
