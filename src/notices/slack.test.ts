import { expect, test } from 'vitest';
import type { Message } from './message.ts';
import { slackBody } from './slack.ts';

const message: Message = {
  title: 'main: the sync failed',
  lines: ['AIS said <!channel> & <https://evil.example.com|left>'],
  hint: 'Check the <user>.',
  path: '/runs/1',
  connection: 'main',
  data: {},
};

interface Body {
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly text: { readonly text: string } }[];
}

const bodyOf = (own: Partial<Message>, link?: string): Body =>
  JSON.parse(slackBody({ ...message, ...own }, link)) as Body;

test('a chat message says all of it twice: in blocks, and as text for those that show no blocks', () => {
  const { text, blocks } = bodyOf({}, 'https://ml.example.com/runs/1');
  for (const part of ['the sync failed', 'AIS said', 'Next step:', 'https://ml.example.com/runs/1'])
    expect(text).toContain(part);
  expect(blocks.map(({ type }) => type)).toEqual(['header', 'section']);
  expect(blocks[1]?.text.text).toContain('<https://ml.example.com/runs/1|Open in ml-connector>');
});

test('words of others can call nobody in a chat and make no link', () => {
  const { text, blocks } = bodyOf({});
  for (const shown of [text, ...blocks.slice(1).map((block) => block.text.text)]) {
    expect(shown).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example.com|left&gt;');
    expect(shown).not.toMatch(/<[!@#h]/);
  }
});

test('a long message stays within the bounds of Slack', () => {
  const { text, blocks } = bodyOf({ title: 't'.repeat(400), lines: Array<string>(40).fill('&'.repeat(900)) });
  expect(text.length).toBeLessThanOrEqual(12_000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
  for (const block of blocks) expect(block.text.text.length).toBeLessThanOrEqual(3_000);
});
