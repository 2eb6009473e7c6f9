import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { PayloadView } from '../../components/payload-view.tsx';
import { planTexts as texts } from '../../texts/plan.ts';

interface NewRecordProps {
  readonly payload: unknown;
  readonly label: string;
}

/** A record that would be created, with all that Cin7 would get on demand. */
export function NewRecord({ payload, label }: NewRecordProps) {
  return (
    <Stack gap={4} align="flex-start">
      <Text size="sm">{texts.newRecord}</Text>
      <WhatCin7Gets payload={payload} label={label} />
    </Stack>
  );
}

/** All that Cin7 would get, once somebody wants to see it. */
export function WhatCin7Gets({ payload, label }: NewRecordProps) {
  const [open, setOpen] = useState(false);
  if (payload === undefined) return null;
  return (
    <Stack gap={4} align="flex-start">
      <Button
        size="compact-sm"
        variant="subtle"
        ml={-8}
        aria-expanded={open}
        aria-label={`${open ? texts.hide : texts.show}: ${label}`}
        onClick={() => setOpen(!open)}
      >
        {open ? texts.hide : texts.show}
      </Button>
      {open && <PayloadView payload={payload} />}
    </Stack>
  );
}
