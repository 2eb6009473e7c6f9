import { Code, Stack, Text } from '@mantine/core';
import type { ChainedEntry } from '../../api/trail.ts';
import { trail as texts } from '../../texts/trail.ts';

/** All that an entry holds, as it was chained. */
export function EntryDetails({ entry }: { readonly entry: ChainedEntry }) {
  const { seq, hash, cin7Id, settingsVersion, data } = entry;
  const facts = [
    texts.number(seq),
    ...(cin7Id === null ? [] : [texts.cin7Id(cin7Id)]),
    ...(settingsVersion === null ? [] : [texts.settingsVersion(settingsVersion)]),
  ];
  return (
    <Stack gap={4} w="100%">
      <Text size="xs" c="dimmed">
        {facts.join(' · ')}
      </Text>
      <Code block className="breaks" mah={320} tabIndex={0} aria-label={texts.details}>
        {JSON.stringify(data, null, 2)}
      </Code>
      <Text size="xs" c="dimmed" className="breaks">
        {texts.hash(hash)}
      </Text>
    </Stack>
  );
}
