import { readdirSync } from 'node:fs';
import { recordedAnswers, recordedStatuses } from '../../src/connectors/cin7/recorded-answers.ts';
import { judgeRecorded } from '../../src/connectors/jde/recorded.ts';
import { checkCin7Examples } from '../../src/simulators/cin7/index.ts';
import { examples, notSimulated } from '../../src/simulators/jde/examples/index.ts';
import { expectationOf, type SwitchCase } from '../../test/switches/case.ts';
import { cin7Cases } from '../../test/switches/cin7-cases.ts';
import { jdeCases } from '../../test/switches/jde-cases.ts';
import { clientFindings } from './clients.ts';
import { code, generatedNote, page, table } from './markdown.ts';

interface Row {
  readonly file: string;
  readonly what: string;
  readonly simulator: string;
  readonly connector: string;
}

const NOT_SENT = 'not read: what another program sent';

export async function fidelityPage(): Promise<string> {
  const jde = jdeRows();
  const cin7 = await cin7Rows();
  const cases = [...jdeCases, ...cin7Cases];
  return page(
    generatedNote(),
    '# How close the simulators are to the real systems',
    'The two simulators stand in for systems that nobody outside a customer can call. What is publicly known of those systems as real messages, whether recorded or printed in their documentation, is put to both sides here: to the simulator, which must accept and answer it alike, and to the connector, which must understand it or name why it does not.',
    totals(jde, cin7),
    '## JDE: messages of AIS',
    tableOf(jde),
    'Not simulated:',
    notSimulated.map((each) => `- ${each}`).join('\n'),
    '## Cin7 Core',
    tableOf(cin7),
    '## What is not known, and tried in every form',
    `Where public sources are silent or disagree, the simulators have a switch. The tests run two syncs with changes on both sides between them under **${valuesOf(cases)} values of ${switchesOf(jdeCases) + switchesOf(cin7Cases)} switches** (JDE ${valuesOf(jdeCases)} of ${switchesOf(jdeCases)}, Cin7 ${valuesOf(cin7Cases)} of ${switchesOf(cin7Cases)}), ${cases.length} runs in all. In those of JDE switches a session and a result set are lost on the way, in those of Cin7 switches the answers to a new supplier and to a new purchase. Each supplier and each order stands in Cin7 once at most in every run. In ${cases.filter((each) => each.expect.kind === 'same').length} runs Cin7 holds the same as under the defaults; these are the others, and those that need a setting:`,
    switchTable('JDE', jdeCases),
    switchTable('Cin7', cin7Cases),
    ...clientFindings(),
  );
}

function jdeRows(): readonly Row[] {
  const verdicts = new Map(judgeRecorded().map((verdict) => [verdict.file, verdict]));
  const rows = examples.map((example): Row => {
    const verdict = verdicts.get(example.file);
    return {
      file: example.file,
      what: `${example.kind}; ${example.source}`,
      simulator: `${example.exercised ? '' : 'not exercised: '}${example.result}`,
      connector:
        verdict === undefined
          ? NOT_SENT
          : verdict.understood
            ? `understood: ${verdict.reading}`
            : verdict.reading.replace('input.invalid: ', ''),
    };
  });
  assertComplete(rows, ['../../src/simulators/jde/examples/', '../../src/connectors/jde/recorded/']);
  return rows;
}

async function cin7Rows(): Promise<readonly Row[]> {
  const read = new Map<string, string>([
    ...recordedAnswers.map((each): [string, string] => [
      each.file,
      each.rejectedBecause === undefined
        ? `understood: ${each.readAs}`
        : `rejected as ${each.readAs}: ${each.rejectedBecause}`,
    ]),
    ...recordedStatuses.map((each): [string, string] => [each.file, `understood: ${each.consequence}`]),
  ]);
  const rows = (await checkCin7Examples()).map(
    ({ file, kind, result, note }): Row => ({
      file,
      what: kind,
      simulator: note === '' ? result : `${result}: ${note}`,
      connector: read.get(file) ?? NOT_SENT,
    }),
  );
  assertComplete(rows, ['../../src/simulators/cin7/examples/', '../../src/connectors/cin7/recorded/']);
  return rows;
}

/** No example may be missing here, on either side. */
function assertComplete(rows: readonly Row[], folders: readonly string[]): void {
  const named = new Set(rows.map((row) => row.file));
  for (const folder of folders) {
    const files = readdirSync(new URL(folder, import.meta.url)).filter((file) => file.endsWith('.json'));
    const missing = files.filter((file) => !named.has(file));
    if (missing.length > 0) throw new Error(`Examples without a row: ${missing.join(', ')}`);
  }
}

function totals(jde: readonly Row[], cin7: readonly Row[]): string {
  const count = (rows: readonly Row[], text: (row: Row) => string, pattern: RegExp): string =>
    String(rows.filter((row) => pattern.test(text(row))).length);
  const rowOf = (title: string, rows: readonly Row[]): readonly string[] => [
    title,
    String(rows.length),
    count(rows, (row) => row.simulator, /^(?!not )/),
    count(rows, (row) => row.connector, /^understood/),
    count(rows, (row) => row.connector, /^rejected/),
    count(rows, (row) => row.connector, /^not read/),
  ];
  return table(
    [
      '',
      'examples',
      'exercised on the simulator',
      'understood by the connector',
      'rejected, with the reason',
      'not meant for it',
    ],
    [rowOf('JDE', jde), rowOf('Cin7 Core', cin7)],
  );
}

function tableOf(rows: readonly Row[]): string {
  return table(
    ['example', 'what it is', 'on the simulator', 'by the connector'],
    rows.map(({ file, what, simulator, connector }) => [code(file), what, simulator, connector]),
  );
}

function switchTable(system: string, cases: readonly SwitchCase[]): string {
  const special = cases.filter(
    (each) => each.expect.kind !== 'same' || Object.keys(each.settings).length > 0,
  );
  return table(
    [`${system} switch`, 'value', 'settings', 'what comes out', 'why'],
    special.map((each) => [
      code(each.name),
      code(String(each.value)),
      settingsOf(each),
      expectationOf(each.expect),
      each.note,
    ]),
  );
}

function settingsOf({ settings }: SwitchCase): string {
  const paths = Object.entries(settings).flatMap(([group, values]) =>
    Object.entries(values ?? {}).map(([name, value]) => code(`${group}.${name}: ${String(value)}`)),
  );
  return paths.length === 0 ? 'defaults' : paths.join(', ');
}

const switchesOf = (cases: readonly SwitchCase[]): number => new Set(cases.map((each) => each.name)).size;
const valuesOf = (cases: readonly SwitchCase[]): number =>
  new Set(cases.map((each) => `${each.name} ${each.value}`)).size;
