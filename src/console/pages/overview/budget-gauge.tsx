import { Progress, Text } from '@mantine/core';
import type { ConnectionOverview } from '../../api/types.ts';
import { Fact } from '../../components/fact.tsx';
import { overview as texts } from '../../texts/overview.ts';

/** How much of what Cin7 allows in a minute is used now. Using all of it is right while there is work. */
export function BudgetGauge({ budget }: Pick<ConnectionOverview, 'budget'>) {
  if (budget === null) return <Fact label={texts.budget}>{texts.noBudget}</Fact>;
  const { used, limit } = budget;
  return (
    <Fact label={texts.budget}>
      <Progress
        value={Math.min(100, (used / limit) * 100)}
        size="lg"
        aria-label={texts.budget}
        my={6}
        transitionDuration={300}
      />
      <Text size="sm">{texts.budgetText(used, limit)}</Text>
    </Fact>
  );
}
