import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { code, generatedNote, page, table } from './markdown.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const DEPTH_MAX = 3;

interface Command {
  readonly name: string;
  readonly description: string;
  readonly help: string;
  readonly children: readonly Command[];
}

/** Asks the program itself for the help of each of its commands. */
export async function cliPage(): Promise<string> {
  const program = await readCommand([], '');
  const leaves = program.children.flatMap(leavesOf);
  return page(
    generatedNote(),
    '# Command line',
    `Every command takes ${code('--json')} for output that programs read, and ${code('--help')}. Those that change something can be tried out with ${code('plan')} or ${code('--dry-run')}.`,
    table(
      ['exit code', 'meaning'],
      [
        ['0', 'done'],
        ['1', 'failed'],
        ['2', 'bad input or configuration'],
        ['3', 'surroundings: network, credentials, store'],
      ],
    ),
    table(
      ['command', 'what it does'],
      leaves.map((each) => [code(each.name), each.description]),
    ),
    ...leaves.flatMap((each) => [`## ${each.name}`, `\`\`\`text\n${each.help}\n\`\`\``]),
  );
}

async function readCommand(path: readonly string[], description: string): Promise<Command> {
  const help = await helpOf(path);
  const names = path.length < DEPTH_MAX ? commandsIn(help) : [];
  const children = await Promise.all(
    names.map((child) => readCommand([...path, child.name], child.description)),
  );
  return { name: path.join(' '), description, help, children };
}

async function helpOf(path: readonly string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100', NODE_NO_WARNINGS: '1' };
  const { stdout } = await run(process.execPath, [MAIN, ...path, '--help'], { env });
  return stdout.trimEnd();
}

/** The entries under `Commands:`; a description goes on in lines that are indented further. */
function commandsIn(help: string): { readonly name: string; readonly description: string }[] {
  const found: { name: string; description: string }[] = [];
  const start = help.search(/^Commands:$/m);
  if (start === -1) return found;
  for (const line of help.slice(start).split('\n').slice(1)) {
    if (line.trim() === '') break;
    const entry = /^ {2}(\S+)(?: \S+)*? {2,}(\S.*)$/.exec(line);
    const last = found.at(-1);
    if (entry !== null) found.push({ name: entry[1] ?? '', description: entry[2] ?? '' });
    else if (last !== undefined) last.description += ` ${line.trim()}`;
  }
  return found.filter((each) => each.name !== 'help');
}

function leavesOf(command: Command): readonly Command[] {
  return command.children.length === 0 ? [command] : command.children.flatMap(leavesOf);
}
