import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { events } from '../api/client.ts';
import { connectionTest as texts } from '../texts/settings.ts';
import { MayButton } from './may-button.tsx';
import { Problem } from './problem.tsx';
import { useConfirmedIdentity } from './reauthentication.tsx';
import { NotTried, type TestStep, TestStepRow } from './test-step.tsx';

interface ConnectionTestProps {
  readonly connection: string;
  /** Begins without being asked. */
  readonly atOnce?: boolean;
  /** Every step passed, or deserves a look at most. */
  readonly onPassed?: () => void;
}

type Phase = 'idle' | 'running' | 'done' | 'broken';

/** Tries each step of the way to JDE and Cin7; results appear as they come. */
export function ConnectionTest({ connection, atOnce = false, onPassed }: ConnectionTestProps) {
  const [steps, setSteps] = useState<readonly TestStep[]>([]);
  const [phase, setPhase] = useState<Phase>('idle');
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(null);
  const confirmed = useConfirmedIdentity();
  const queries = useQueryClient();
  const start = async (): Promise<void> => {
    stop.current?.abort();
    const controller = new AbortController();
    stop.current = controller;
    setSteps([]);
    setError(undefined);
    setPhase('running');
    try {
      const found = await confirmed(() => follow(connection, controller.signal, setSteps));
      if (controller.signal.aborted) return;
      setPhase(found === undefined ? 'broken' : 'done');
      void queries.invalidateQueries({ queryKey: ['overview'] });
      if (found !== undefined && !found.some(({ state }) => state === 'failed')) onPassed?.();
    } catch (failure) {
      if (controller.signal.aborted) return;
      setError(failure);
      setPhase('idle');
    }
  };
  // Looked at again by React in development: the first try is given up then.
  useEffect(() => {
    if (atOnce) void start();
    return () => stop.current?.abort();
    // Only when the page is opened, or another connection is looked at.
  }, [connection, atOnce]);
  return (
    <Stack>
      <Group gap="sm">
        <MayButton
          role="operator"
          variant={atOnce ? 'default' : 'filled'}
          loading={phase === 'running'}
          onClick={() => void start()}
        >
          {steps.length === 0 ? texts.start : texts.again}
        </MayButton>
      </Group>
      {phase === 'done' && <Verdict steps={steps} />}
      {error !== undefined && <Problem error={error} />}
      <Stack gap="xs" aria-live="polite" aria-busy={phase === 'running'}>
        {runsOf(steps).map((run) =>
          run.kind === 'tried' ? (
            <TestStepRow
              key={run.step.name}
              connection={connection}
              step={run.step}
              onAllowed={() => void start()}
            />
          ) : (
            <NotTried key={run.steps[0]?.name} steps={run.steps} />
          ),
        )}
        {phase === 'running' && (
          <Group gap="xs">
            <Loader size="xs" />
            <Text size="sm">{texts.waiting}</Text>
          </Group>
        )}
      </Stack>
      {phase === 'broken' && (
        <Alert color="orange" role="alert" title={texts.broken}>
          <Button size="xs" variant="light" onClick={() => void start()}>
            {texts.again}
          </Button>
        </Alert>
      )}
    </Stack>
  );
}

/** The steps when the test has come to its end; undefined: it broke off. */
async function follow(
  connection: string,
  signal: AbortSignal,
  show: (steps: readonly TestStep[]) => void,
): Promise<readonly TestStep[] | undefined> {
  const steps: TestStep[] = [];
  for await (const { event, data } of events('POST', `/connections/${connection}/test`, signal)) {
    if (event === 'done') return steps;
    if (event !== 'step') return undefined;
    steps.push(data as TestStep); // As the route sends it.
    show([...steps]);
  }
  return undefined;
}

type Run =
  | { readonly kind: 'tried'; readonly step: TestStep }
  | { readonly kind: 'skipped'; readonly steps: readonly TestStep[] };

/** Steps that were not tried because of an earlier one stand together. */
function runsOf(steps: readonly TestStep[]): readonly Run[] {
  const runs: Run[] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (step.state !== 'skipped') runs.push({ kind: 'tried', step });
    else if (last?.kind === 'skipped') runs[runs.length - 1] = { ...last, steps: [...last.steps, step] };
    else runs.push({ kind: 'skipped', steps: [step] });
  }
  return runs;
}

function Verdict({ steps }: { readonly steps: readonly TestStep[] }) {
  const count = (state: TestStep['state']): number => steps.filter((step) => step.state === state).length;
  const failed = count('failed');
  const warnings = count('warning');
  if (failed > 0) return <Alert color="red" role="alert" title={texts.failed(failed)} />;
  if (warnings > 0) return <Alert color="orange" role="status" title={texts.doneWarnings(warnings)} />;
  return <Alert color="teal" role="status" title={texts.done(count('passed'))} />;
}
