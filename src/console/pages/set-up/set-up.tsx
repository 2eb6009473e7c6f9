import { Progress, Stack, Stepper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Page } from '../../components/page.tsx';
import { Empty } from '../../components/states.tsx';
import { SET_UP_STEPS } from '../../filters.ts';
import { setUp as texts } from '../../texts/set-up.ts';
import { EnterStep } from './enter-step.tsx';
import { FitStep } from './fit-step.tsx';
import { ScheduleStep } from './schedule-step.tsx';
import { StartStep } from './start-step.tsx';
import { TestStepPage } from './test-step-page.tsx';

type Step = (typeof SET_UP_STEPS)[number];

/** From nothing to the first dry run. Where one is stands in the address, so that it can be left and come back to. */
export function SetUp() {
  const { connection, step = 'enter' } = useSearch({ from: '/set-up' });
  const navigate = useNavigate({ from: '/set-up' });
  const isAdmin = useMay('admin');
  if (!isAdmin) return <Empty title={texts.adminOnly} text={texts.adminOnlyText} />;
  const go = (next: Step, name = connection): void =>
    void navigate({ search: name === undefined ? { step: next } : { connection: name, step: next } });
  const at = connection === undefined ? 0 : SET_UP_STEPS.indexOf(step);
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Progressing
        at={at}
        onStep={(place) => go(SET_UP_STEPS[place] ?? 'enter')}
        isStarted={connection !== undefined}
      />
      {connection === undefined || step === 'enter' ? (
        <EnterStep connection={connection} onDone={(name) => go('test', name)} />
      ) : (
        <LaterStep connection={connection} step={step} go={go} />
      )}
    </Page>
  );
}

interface ProgressingProps {
  readonly at: number;
  readonly isStarted: boolean;
  readonly onStep: (place: number) => void;
}

/** Which step one is at; on narrow screens in a line. */
function Progressing({ at, isStarted, onStep }: ProgressingProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)');
  if (isNarrow === true)
    return (
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {texts.stepOf(at + 1, SET_UP_STEPS.length, texts.steps[SET_UP_STEPS[at] ?? 'enter'])}
        </Text>
        <Progress value={((at + 1) / SET_UP_STEPS.length) * 100} aria-label={texts.stepsLabel} />
      </Stack>
    );
  return (
    <Stepper active={at} onStepClick={onStep} size="sm" aria-label={texts.stepsLabel}>
      {SET_UP_STEPS.map((each, place) => (
        <Stepper.Step
          key={each}
          label={texts.steps[each]}
          allowStepSelect={isStarted && place !== at}
          aria-current={place === at ? 'step' : undefined}
        />
      ))}
    </Stepper>
  );
}

interface LaterStepProps {
  readonly connection: string;
  readonly step: Exclude<Step, 'enter'>;
  readonly go: (next: Step) => void;
}

function LaterStep({ connection, step, go }: LaterStepProps) {
  switch (step) {
    case 'test':
      return <TestStepPage connection={connection} onBack={() => go('enter')} onNext={() => go('fit')} />;
    case 'fit':
      return <FitStep connection={connection} onBack={() => go('test')} onNext={() => go('schedule')} />;
    case 'schedule':
      return <ScheduleStep connection={connection} onBack={() => go('fit')} onNext={() => go('start')} />;
    case 'start':
      return <StartStep connection={connection} />;
  }
}
