import { CALL_REFUSALS, type RefusalRule, SIGN_IN_REFUSALS } from '../../src/connectors/jde/refusals.ts';
import { cin7AssumedTexts, cin7Switches } from '../../src/simulators/cin7/index.ts';
import { jdeSwitches, type SwitchKind } from '../../src/simulators/jde/index.ts';
import { code, generatedNote, page, table } from './markdown.ts';
import { cin7Advice, cin7Site } from './verify-cin7.ts';
import { type Advice, jdeAdvice, jdeSite } from './verify-jde.ts';

const HEAD = ['what is not known', 'how to find out', 'setting'];

/** The list for a customer's trial: every fact that no public source settles. */
export function verifyPage(): string {
  const jde = unverifiedJde();
  const cin7 = cin7Switches.map((info) => rowOf(info.name, info, cin7Advice[info.name]));
  return page(
    generatedNote(),
    '# To verify on site',
    `Neither system can be tried without an account, so the connector was built from what is public. These ${jde.length + cin7.length + jdeSite.length + cin7Site.length} facts are not settled by it. For each the simulators have every form that is thought possible, or the connector has a setting. Work the tables off on a trial company of Cin7 and a test environment of JDE, ${code('connection test')} and ${code('fit')} first: they answer many of them by themselves and write nothing.`,
    '## JDE: how the company uses it',
    table(HEAD, jdeSite),
    '## JDE: how AIS behaves',
    table(HEAD, jde),
    '## JDE: words by which a refusal is told apart',
    `No public answer shows them. Anything else at the sign-in counts as ${code('jde.sign_in_refused')}, which is tried once in a run. If an answer of your server has other words, nothing goes wrong but the name of the fault.`,
    table(
      ['where', 'code', 'words'],
      [
        ...SIGN_IN_REFUSALS.filter(isAssumed).map((rule) => ruleRow('sign-in', rule)),
        ...CALL_REFUSALS.filter(isAssumed).map((rule) => ruleRow('later calls', rule)),
      ],
    ),
    '## Cin7 Core: how it behaves',
    table(HEAD, cin7),
    '## Cin7 Core: beyond the switches',
    table(HEAD, cin7Site),
    '## Cin7 Core: texts that the simulator assumes',
    'The service refuses these cases, but how it words them is not published. The connector does not go by the words: whatever is refused is parked with what Cin7 says. One answer is understood by its words: that an ID was not found, for which recorded texts exist.',
    table(['case', 'assumed text'], textRows(cin7AssumedTexts)),
  );
}

function unverifiedJde(): readonly (readonly string[])[] {
  const kinds: readonly [string, SwitchKind<string | number | boolean>][] = Object.entries(jdeSwitches);
  return kinds.flatMap(([name, kind]) =>
    kind.unverified === undefined
      ? []
      : [rowOf(name, { explanation: kind.explanation, unverified: kind.unverified }, jdeAdvice[name])],
  );
}

function rowOf(
  name: string,
  info: { readonly explanation: string; readonly unverified: string },
  advice: Advice | undefined,
): readonly string[] {
  if (advice === undefined) throw new Error(`The switch ${name} is unverified and has no advice.`);
  return [`${info.explanation} ${info.unverified} (${code(name)})`, advice.how, advice.setting];
}

const isAssumed = (rule: RefusalRule): boolean => rule.source.includes('assumption');
const ruleRow = (where: string, rule: RefusalRule): readonly string[] => [
  where,
  code(rule.code),
  code(rule.words.source),
];

/** Texts with their variable parts shown as dots. */
function textRows(texts: Readonly<Record<string, unknown>>, group = ''): readonly (readonly string[])[] {
  return Object.entries(texts).flatMap(([name, text]): readonly (readonly string[])[] => {
    const label = `${group}${name}`;
    if (typeof text === 'string') return [[code(label), text]];
    // The texts with variable parts take texts, and one of them a list of them at its end.
    if (typeof text === 'function') return [[code(label), filled(text as (...parts: unknown[]) => string)]];
    return typeof text === 'object' && text !== null ? textRows({ ...text }, `${label}.`) : [];
  });
}

function filled(text: (...parts: unknown[]) => string): string {
  return text('…', ['…']);
}
