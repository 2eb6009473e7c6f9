import { cut, type Message, plainText } from './message.ts';

/** Slack refuses a header of more than 150 characters and a section of more than 3,000. Source: Slack Block Kit reference. */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
/** Slack cuts texts off behind 40,000 characters. */
const TEXT_CHARS_MAX = 12_000;

/** `{text, blocks}`: Slack shows the blocks; Mattermost and others that know only `text` show all of it, too. */
export function slackBody(message: Message, link: string | undefined): string {
  const header = { type: 'header', text: { type: 'plain_text', text: cut(message.title, HEADER_CHARS_MAX) } };
  const lines = message.lines.map(escaped);
  if (message.hint !== '') lines.push(`*Next step:* ${escaped(message.hint)}`);
  if (link !== undefined) lines.push(`<${link}|Open in ml-connector>`);
  const text = escaped(plainText(message, link)).slice(0, TEXT_CHARS_MAX);
  return JSON.stringify({ text, blocks: [header, ...sections(lines)] });
}

/** As few sections as fit. */
function sections(lines: readonly string[]): readonly unknown[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length + 2 <= SECTION_CHARS_MAX)
      texts[texts.length - 1] = `${last}\n\n${line}`;
    else texts.push(line.slice(0, SECTION_CHARS_MAX));
  }
  return texts.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }));
}

/** Three characters are markup of Slack everywhere; so a text of others can make no link and call nobody (`<!channel>`). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
