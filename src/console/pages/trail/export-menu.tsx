import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { urlOf } from '../../api/client.ts';
import { type TrailFilter, trailQuery } from '../../api/trail.ts';
import { trail as texts } from '../../texts/trail.ts';

interface ExportMenuProps {
  readonly chain: string;
  readonly filter: TrailFilter;
}

/** Downloads what the filters leave, for people or for a check elsewhere. */
export function ExportMenu({ chain, filter }: ExportMenuProps) {
  const { action, recordKey, runId, from, to } = trailQuery(filter);
  const href = (format: string): string =>
    urlOf(`/trail/${chain}/export`, { format, action, recordKey, runId, from, to });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {texts.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label maw={280}>{texts.exportNote}</Menu.Label>
        <Menu.Item component="a" href={href('csv')} download>
          {texts.exportCsv}
        </Menu.Item>
        <Menu.Item component="a" href={href('jsonl')} download>
          {texts.exportJson}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
