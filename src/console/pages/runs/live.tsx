import { Card, Group, Progress, SimpleGrid, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { connectionOverviewQuery } from '../../api/overview.ts';
import type { Outcome, Run } from '../../api/types.ts';
import { runs as texts } from '../../texts/runs.ts';
import { BudgetGauge } from '../overview/budget-gauge.tsx';
import { paceOf, type Sample, withSample } from './pace.ts';
import { countOf } from './result-words.ts';

const OUTCOMES: readonly Outcome[] = ['created', 'updated', 'linked', 'unchanged', 'voided', 'parked'];
const SPOKEN_EVERY_MS = 10_000;

/** A run at work: what it does, how fast, how long it still takes. */
export function Live({ run, connection }: { readonly run: Run; readonly connection: string }) {
  const settled = OUTCOMES.reduce((sum, outcome) => sum + countOf(run, outcome), 0);
  const staged = countOf(run, 'staged');
  const pace = usePace(settled, Math.max(0, staged - settled));
  const doing = phaseWords(run);
  const { data } = useQuery(connectionOverviewQuery(connection));
  const done = staged === 0 ? 0 : (settled / staged) * 100;
  return (
    <Card withBorder component="section" aria-label={texts.progress}>
      <Stack gap="md">
        <Stack gap={2}>
          <Text fw={600}>{doing}</Text>
          {run.progress !== null && run.progress.detail !== '' && (
            <Text size="sm" c="dimmed" className="breaks">
              {run.progress.detail}
            </Text>
          )}
          {run.stopAskedBy !== null && <Text size="sm">{texts.stopping(run.stopAskedBy)}</Text>}
        </Stack>
        <Progress value={done} size="lg" animated aria-label={texts.progress} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Group gap="md" className="figures">
            <Text size="sm">{texts.done(settled, staged)}</Text>
            {pace !== undefined && (
              <>
                <Text size="sm">{texts.rate(pace.perMinute)}</Text>
                <Text size="sm">{texts.minutesLeft(pace.minutesLeft)}</Text>
              </>
            )}
          </Group>
          <BudgetGauge budget={data?.budget ?? null} />
        </SimpleGrid>
        <Spoken text={`${doing}. ${texts.done(settled, staged)}.`} />
      </Stack>
    </Card>
  );
}

function phaseWords({ progress }: Run): string {
  if (progress === null) return texts.waiting;
  return texts.phase[progress.phase](texts.flows[progress.flow].toLowerCase());
}

/** What screen readers hear of it: not each change, only where it stands once in a while. */
function Spoken({ text }: { readonly text: string }) {
  const [spoken, setSpoken] = useState({ text, atMs: 0 });
  useEffect(() => {
    const nowMs = Date.now();
    if (nowMs - spoken.atMs >= SPOKEN_EVERY_MS && text !== spoken.text) setSpoken({ text, atMs: nowMs });
  }, [text, spoken]);
  return (
    <VisuallyHidden aria-live="polite" role="status">
      {spoken.text}
    </VisuallyHidden>
  );
}

function usePace(settled: number, left: number) {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    setSamples((before) => withSample(before, { atMs: Date.now(), settled, left }));
  }, [settled, left]);
  return paceOf(samples);
}
