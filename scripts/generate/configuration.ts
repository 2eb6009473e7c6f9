import { configJsonSchema, configSchema } from '../../src/config/file.ts';
import { code, generatedNote, page, table } from './markdown.ts';

/** The part of JSON Schema that zod writes for our settings. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

interface Setting {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** Sections of the page: all settings below a path, unless a longer path takes them. */
const SECTIONS: readonly (readonly [path: string, title: string])[] = [
  ['', 'The file'],
  ['connections[]', 'A connection'],
  ['connections[].jde', 'JDE'],
  ['connections[].cin7', 'Cin7'],
  ['connections[].accounts', 'Accounts'],
  ['connections[].suppliers', 'Suppliers'],
  ['connections[].purchases', 'Purchases'],
  ['connections[].crosswalk', 'Crosswalk'],
  ['connections[].run', 'Runs'],
];

const EXAMPLE = `# yaml-language-server: $schema=./schema/ml-connector.schema.json
version: 1
connections:
  - name: main
    jde:
      url: https://ais.example.com:9300
      environment: JPD920
      role: MLREAD
      timeZone: America/Denver
      quietHours: ['02:00-04:00']
      credentials:
        password: { file: /run/secrets/jde-password }
    accounts:
      companies: ['00001']
      codeTemplate: '{OBJ}.{SUB}'
    suppliers:
      searchTypes: [V]
    purchases:
      orderTypes: [OP]
      releasableFrom: '280'
      releasableTo: '400'
    crosswalk:
      country: { unmapped: default, default: United States }`;

export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
}

export function configurationPage(): string {
  const schema = configJsonSchema() as Schema; // Written by zod for draft 7; the interface above is what it uses.
  const settings = settingsOf('', schema);
  return page(
    generatedNote(),
    '# Configuration',
    `All settings stand in one file, ${code('ml-connector.yaml')}. Only the address, the environment and the role of JDE have no default. A setting that is unknown or out of range is refused by its name before anything is called. ${code('schema/ml-connector.schema.json')} gives editors completion and checks; the first line of the example names it.`,
    `\`\`\`yaml\n${EXAMPLE}\n\`\`\``,
    credentials(),
    ...SECTIONS.flatMap(([path, title]) =>
      title === 'Crosswalk' ? crosswalk(schema) : section(path, title, settings),
    ),
  );
}

function section(path: string, title: string, settings: readonly Setting[]): readonly string[] {
  const own = settings.filter((setting) => sectionOf(setting.path) === path);
  if (own.length === 0) return [];
  const shown = (setting: Setting): string =>
    path === '' || path === 'connections[]' ? setting.path : setting.path.slice('connections[].'.length);
  return [
    `## ${title}`,
    table(
      ['setting', 'values', 'default', 'explanation'],
      own.map((setting) => [
        code(shown(setting)),
        valuesOf(setting.schema),
        defaultOf(setting),
        setting.schema.description ?? '',
      ]),
    ),
  ];
}

function sectionOf(path: string): string {
  const fitting = SECTIONS.map(([prefix]) => prefix).filter(
    (prefix) => prefix === '' || path.startsWith(`${prefix}.`),
  );
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/** Every setting that holds a value of its own, with its path. Groups are left out, what they hold is not. */
function settingsOf(path: string, schema: Schema): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]): Setting[] => {
    const at = path === '' ? name : `${path}.${name}`;
    if (name === 'credentials') return [];
    if (child.properties !== undefined) return settingsOf(at, child);
    if (child.items?.properties !== undefined) return settingsOf(`${at}[]`, child.items);
    const required = (schema.required ?? []).includes(name) && child.default === undefined;
    return [{ path: at, schema: child, required }];
  });
}

function valuesOf(schema: Schema): string {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(valuesOf).join(' or ');
  if (schema.type === 'array') return `list of ${plural(valuesOf(schema.items ?? {}))}`;
  if (schema.type === 'object') return 'names and their values';
  if (schema.type === 'boolean') return `${code('true')}, ${code('false')}`;
  if (schema.type === 'null') return code('null');
  if (schema.type === 'integer' || schema.type === 'number') return numbersOf(schema);
  return 'text';
}

function numbersOf({ type, minimum, maximum, exclusiveMinimum }: Schema): string {
  const noun = type === 'integer' ? 'whole number' : 'number';
  const from = exclusiveMinimum === undefined ? minimum : undefined;
  const isOpen = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  if (exclusiveMinimum !== undefined) {
    return isOpen
      ? `${noun} above ${exclusiveMinimum}`
      : `${noun} above ${exclusiveMinimum}, at most ${grouped(maximum)}`;
  }
  if (from === undefined) return noun;
  return isOpen ? `${noun} from ${grouped(from)}` : `${noun}, ${grouped(from)} to ${grouped(maximum)}`;
}

function defaultOf({ path, schema, required }: Setting): string {
  if (required) return '**required**';
  // A setting whose text is tidied up after reading has its default only in the parsed file.
  const value = schema.default ?? defaultAt(path);
  if (value === undefined) return '';
  if (value === '') return 'empty';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What a file without this setting is read as. */
function defaultAt(path: string): unknown {
  return path
    .replaceAll('[]', '.0')
    .split('.')
    .reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null
          ? Object.entries(at).find(([key]) => key === name)?.[1]
          : undefined,
      SMALLEST,
    );
}

const SMALLEST: unknown = configSchema.parse({
  version: 1,
  connections: [
    { name: 'main', jde: { url: 'https://ais.example.com', environment: 'JPD920', role: '*ALL' } },
  ],
});

/** The kinds of the crosswalk have the same two settings each. */
function crosswalk(schema: Schema): readonly string[] {
  const kinds = schema.properties?.['connections']?.items?.properties?.['crosswalk']?.properties ?? {};
  const [first] = Object.values(kinds);
  return [
    '## Crosswalk',
    `Each kind of code has the two settings ${code('unmapped')} and ${code('default')}, for example ${code('crosswalk.country.unmapped')}.`,
    table(
      ['kind', 'explanation'],
      Object.entries(kinds).map(([name, kind]) => [code(`crosswalk.${name}`), kind.description ?? '']),
    ),
    table(
      ['setting of a kind', 'values', 'default', 'explanation'],
      Object.entries(first?.properties ?? {}).map(([name, each]) => [
        code(name),
        valuesOf(each),
        defaultOf({ path: '', schema: each, required: false }),
        each.description ?? '',
      ]),
    ),
  ];
}

function credentials(): string {
  const rows: readonly (readonly string[])[] = [
    ['jde.credentials.user', 'ML_CONNECTOR_MAIN_JDE_USER'],
    ['jde.credentials.password', 'ML_CONNECTOR_MAIN_JDE_PASSWORD'],
    ['cin7.credentials.accountId', 'ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID'],
    ['cin7.credentials.applicationKey', 'ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY'],
  ];
  return [
    '## Credentials',
    '',
    `The file never holds a credential, only where one comes from: ${code('{ env: NAME }')} for an environment variable, or ${code('{ file: PATH }')} for a file that holds it and nothing else. Left out, these variables are read; ${code('MAIN')} is the name of the connection in capitals, with ${code('_')} for each hyphen.`,
    '',
    table(
      ['setting', 'variable of a connection named main'],
      rows.map((row) => row.map(code)),
    ),
  ].join('\n');
}

const plural = (noun: string): string => (noun === 'text' ? 'texts' : noun);
const grouped = (value: number): string => value.toLocaleString('en-US');
