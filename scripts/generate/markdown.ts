/** A Markdown table. Cells are text; a vertical bar in one is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lineOf = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [lineOf(head), lineOf(head.map(() => '---')), ...rows.map(lineOf)].join('\n');
}

/** Text as code; backticks in it become apostrophes. */
export const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** The parts of a page, with a blank line between. */
export function page(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

export const generatedNote = (command = 'npm run generate'): string =>
  `<!-- Written by ${command}. Changes by hand are lost. -->`;

function cell(text: string): string {
  return text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}
