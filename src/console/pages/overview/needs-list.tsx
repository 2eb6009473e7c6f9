import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { PathLink } from '../../components/go.tsx';
import { overview as texts } from '../../texts/overview.ts';
import type { Need } from './needs.ts';

/** The one sentence on top: whether anybody needs to do anything, and what. */
export function Needs({ needs }: { readonly needs: readonly Need[] }) {
  if (needs.length === 0)
    return <Alert color="green" icon={<IconCircleCheck aria-hidden />} title={texts.allWell} role="status" />;
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle aria-hidden />}
      title={texts.needs(needs.length)}
      role="status"
    >
      <List size="sm" spacing={6}>
        {needs.map(({ text, path }) => (
          <List.Item key={`${path} ${text}`}>
            <Text span size="sm">
              {text}
            </Text>{' '}
            <span className="one-line">
              <PathLink path={path} label={`${texts.open}: ${text}`}>
                {texts.open}
              </PathLink>
            </span>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
