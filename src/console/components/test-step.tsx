import { Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { get, put } from '../api/client.ts';
import type { SettingsInForce } from '../api/settings.ts';
import type { Connection } from '../api/types.ts';
import { connectionTest as texts } from '../texts/settings.ts';
import { Confirm } from './confirm.tsx';
import { MayButton } from './may-button.tsx';
import { valueAt, withValues } from './settings/fields.ts';

/** One step of a connection test, as the server sends it. */
export interface TestStep {
  readonly name: string;
  readonly title: string;
  readonly state: 'passed' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  readonly fix?: string;
  readonly code?: string;
  /** What to add to outbound.allowHosts where the call was held back. */
  readonly allowEntry?: string;
  readonly tookMs: number;
}

const SIGNS = {
  passed: { colour: 'teal', Icon: IconCheck },
  warning: { colour: 'orange', Icon: IconAlertTriangle },
  failed: { colour: 'red', Icon: IconX },
  skipped: { colour: 'gray', Icon: IconMinus },
} as const;

/** What took less says nothing about the way. */
const WORTH_TELLING_MS = 100;

interface TestStepRowProps {
  readonly connection: string;
  readonly step: TestStep;
  readonly onAllowed: () => void;
}

/** What was tried, what came of it, and what to change where. */
export function TestStepRow({ connection, step, onAllowed }: TestStepRowProps) {
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <Sign state={step.state} />
      <Stack gap={2} flex={1} miw={0}>
        <Text size="sm" fw={600} className="breaks">
          {step.title}
        </Text>
        <Text size="sm" {...(step.state === 'failed' ? {} : { c: 'dimmed' })} className="breaks">
          {step.detail}
        </Text>
        {step.fix !== undefined && (
          <Text size="sm" className="breaks">
            <strong>{texts.fix}:</strong> {step.fix}
          </Text>
        )}
        {step.allowEntry !== undefined && (
          <Allow connection={connection} entry={step.allowEntry} onAllowed={onAllowed} />
        )}
      </Stack>
      {step.tookMs >= WORTH_TELLING_MS && (
        <Text size="xs" c="dimmed" className="one-line">
          {texts.took((step.tookMs / 1_000).toFixed(1))}
        </Text>
      )}
    </Group>
  );
}

/** Steps that an earlier one kept from being tried. */
export function NotTried({ steps }: { readonly steps: readonly TestStep[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <Sign state="skipped" />
      <Stack gap={2} flex={1} miw={0}>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {texts.notTried(steps.length)}
          </Text>
          <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? texts.hide : texts.show}
          </Button>
        </Group>
        {open &&
          steps.map(({ name, title, detail }) => (
            <Text key={name} size="sm" c="dimmed" className="breaks">
              {title}: {detail}
            </Text>
          ))}
      </Stack>
    </Group>
  );
}

function Sign({ state }: Pick<TestStep, 'state'>) {
  const { colour, Icon } = SIGNS[state];
  return (
    <ThemeIcon
      color={colour}
      variant="light"
      size={24}
      radius="xl"
      aria-label={texts.states[state]}
      role="img"
    >
      <Icon size={16} aria-hidden />
    </ThemeIcon>
  );
}

interface AllowProps {
  readonly connection: string;
  readonly entry: string;
  readonly onAllowed: () => void;
}

/** Adds the entry to the settings that lets the call through. */
function Allow({ connection, entry, onAllowed }: AllowProps) {
  const [asked, setAsked] = useState(false);
  const allow = useAct(() => addAllowed(connection, entry), {
    told: texts.allowed,
    onDone: () => {
      setAsked(false);
      onAllowed();
    },
  });
  return (
    <>
      <MayButton role="admin" size="xs" variant="light" w="fit-content" onClick={() => setAsked(true)}>
        {texts.allow(entry)}
      </MayButton>
      <Confirm
        opened={asked}
        title={texts.allowTitle(entry)}
        text={texts.allowText}
        action={texts.allow(entry)}
        busy={allow.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => allow.mutate()}
      />
    </>
  );
}

const ALLOW_HOSTS = 'outbound.allowHosts';

async function addAllowed(connection: string, entry: string): Promise<Connection> {
  const { settings } = await get<SettingsInForce>(`/connections/${connection}/settings`);
  const present = valueAt(settings, ALLOW_HOSTS);
  const entries = Array.isArray(present) ? present.map(String) : [];
  const changed = withValues(settings, new Map([[ALLOW_HOSTS, [...new Set([...entries, entry])]]]));
  return put<Connection>(`/connections/${connection}/settings`, changed);
}
