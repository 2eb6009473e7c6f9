import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../api/client.ts';
import { common } from '../texts/common.ts';

/** Codes whose hints tell how to call a command. */
const OF_COMMANDS: ReadonlySet<string> = new Set(['input.invalid']);

interface ProblemProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, the next step, and where to look for more. */
export function Problem({ error, onRetry }: ProblemProps) {
  const problem = error instanceof ApiError ? error.problem : undefined;
  const hint = problem === undefined || OF_COMMANDS.has(problem.code) ? '' : problem.hint;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={problem?.detail ?? (error instanceof Error ? error.message : String(error))}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        {hint !== '' && <Text size="sm">{hint}</Text>}
        {problem?.errors?.map(({ field, message }) => (
          <Text size="sm" key={`${field} ${message}`}>
            {field}: {message}
          </Text>
        ))}
        {problem?.requestId !== undefined && problem.requestId !== '' && (
          <Text size="xs" c="dimmed">
            {common.requestId(problem.requestId)}
          </Text>
        )}
        {onRetry !== undefined && (
          <Button size="xs" variant="light" color="red" onClick={onRetry}>
            {common.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
