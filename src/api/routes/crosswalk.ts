import leven from 'leven';
import { z } from 'zod';
import { CROSSWALK_KINDS, type CrosswalkKind } from '../../config/settings.ts';
import { choicesFromCsv, crosswalkToCsv } from '../../crosswalk/csv.ts';
import {
  type CrosswalkChoice,
  type CrosswalkEffect,
  importCrosswalk,
  previewEffects,
} from '../../crosswalk/edit.ts';
import { indexSuggestions } from '../../crosswalk/suggestions.ts';
import { crosswalkSubject } from '../../domain/decoded.ts';
import { Fault } from '../../faults/fault.ts';
import { BookShelf, entriesOf } from '../../service/books.ts';
import { type CrosswalkRow, loadCrosswalk } from '../../store/crosswalk.ts';
import { countBySubject } from '../../store/parked.ts';
import { requesterOf } from '../access-hook.ts';
import { connectionOf, connectionParam } from '../connection-scope.ts';
import { cutPage, fromCursor, pageOf, pageQuery } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';

const kind = z.enum(CROSSWALK_KINDS);
const state = z.enum(['broken', 'ambiguous', 'unmatched', 'ignored', 'matched', 'confirmed']);
const NEEDS_PERSON = ['broken', 'ambiguous', 'unmatched'];

const rowSchema = z.object({
  kind,
  code: z.string().describe('As JDE has it; empty for the blank code.'),
  label: z.string(),
  target: z.string().nullable().describe('The entry in Cin7.'),
  state,
  origin: z.enum(['auto', 'person', 'import']),
  detail: z.string(),
  waiting: z.number().int().describe('Parked records that wait for this code.'),
  updatedAt: moment,
  updatedBy: z.string(),
});

const choiceSchema = z.strictObject({
  kind,
  code: z.string().max(200),
  target: z.string().max(500).describe('An empty text takes a choice back.'),
  ignored: z.boolean().optional().describe('The code is not to be mapped.'),
});

const effectSchema = z.object({
  kind: z.string(),
  code: z.string(),
  label: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  effect: z.enum(['add', 'change', 'remove', 'same']),
  unknownTarget: z
    .boolean()
    .describe(
      'The target is not active in Cin7; records that need the code would wait. Looked up at the preview.',
    ),
});

const editSchema = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
  same: z.number().int(),
});

const params = z.object({ connection: connectionParam });
const CHOICES_MAX = 5_000;

/** The reference table: JDE codes and what they are in Cin7. */
export function crosswalkRoutes(app: Api, parts: ApiParts): void {
  const { db } = parts;
  const tags = ['crosswalk'];
  const shelf = new BookShelf(parts.connections, parts.now);

  app.get(
    '/api/v1/connections/:connection/crosswalk',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Codes, those that need a person first.',
        params,
        querystring: z.object({
          ...pageQuery,
          kind: kind.optional(),
          state: state.optional(),
          needsPerson: z.stringbool().optional(),
          text: z.string().max(200).optional().describe('Part of a code, a name or a target.'),
        }),
        response: {
          200: pageOf(rowSchema).extend({
            total: z.number().int(),
            counts: z.array(z.object({ kind, state, count: z.number().int() })),
          }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const all = await loadCrosswalk(db, connection.id);
      const waiting = await countBySubject(db, connection.id);
      const { cursor, limit } = request.query;
      const found = sorted(
        all.filter((row) => fits(row, request.query)),
        waiting,
      );
      const [offset = 0] = fromCursor(cursor, z.number().int().min(0)) ?? [];
      const page = cutPage(found.slice(offset, offset + limit + 1), limit, () => [offset + limit]);
      return {
        items: page.items.map((row) => document(row, waiting)),
        next: page.next,
        total: found.length,
        counts: counted(all),
      };
    },
  );

  app.put(
    '/api/v1/connections/:connection/crosswalk',
    {
      config: { access: { role: 'operator' }, idempotent: true },
      schema: {
        tags,
        summary: 'Map codes. Records that may map otherwise now are looked at again by the next sync.',
        params,
        body: z.strictObject({
          choices: z.array(choiceSchema).min(1).max(CHOICES_MAX),
          check: z.boolean().default(true).describe('Refuse targets that are not active in Cin7.'),
        }),
        response: { 200: editSchema, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const choices = request.body.choices.map(toChoice);
      if (request.body.check) {
        const books = await shelf.of(connection, requesterOf(request));
        await checkTargets(choices, async (of) =>
          (await entriesOf(of, books)).filter(({ active }) => active),
        );
      }
      return importCrosswalk(db, connection, choices, requesterOf(request));
    },
  );

  app.post(
    '/api/v1/connections/:connection/crosswalk/preview',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'What a CSV file with the columns kind, code, target would change. Nothing is stored.',
        params,
        body: z.strictObject({ csv: z.string().max(900_000) }),
        response: { 200: z.object({ items: z.array(effectSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const choices = choicesFromCsv(request.body.csv, 'The file');
      const effects = await previewEffects(db, connection, choices);
      const books = await shelf.of(connection, requesterOf(request));
      const known = perKind(async (of) => {
        const active = (await entriesOf(of, books)).filter((entry) => entry.active);
        return new Set(active.map(({ target }) => target));
      });
      const items = [];
      for (const effect of effects) items.push({ ...effect, unknownTarget: await isUnknown(effect, known) });
      return { items };
    },
  );

  app.post(
    '/api/v1/connections/:connection/crosswalk/import',
    {
      config: { access: { role: 'operator' }, idempotent: true },
      schema: {
        tags,
        summary: 'Map codes from a CSV file with the columns kind, code, target.',
        params,
        body: z.strictObject({ csv: z.string().max(900_000) }),
        response: { 200: editSchema, default: problemSchema },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      return importCrosswalk(
        db,
        connection,
        choicesFromCsv(request.body.csv, 'The file'),
        requesterOf(request),
      );
    },
  );

  app.get(
    '/api/v1/connections/:connection/crosswalk.csv',
    {
      config: { access: { role: 'viewer' } },
      schema: { tags, summary: 'All codes as CSV.', params, produces: ['text/csv'] },
    },
    async (request, reply) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="crosswalk-${connection.name}.csv"`)
        .serializer((body: unknown) => String(body));
      return reply.send(crosswalkToCsv(await loadCrosswalk(db, connection.id)));
    },
  );

  app.get(
    '/api/v1/connections/:connection/books/:kind',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary:
          'What a code of this kind can be mapped to: Cin7’s own list, a quarter of an hour old at most.',
        params: params.extend({ kind }),
        querystring: z.object({
          text: z.string().max(200).default('').describe('Part of an entry; nearest first.'),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          refresh: z.stringbool().default(false),
        }),
        response: {
          200: z.object({
            items: z.array(z.object({ target: z.string(), label: z.string(), active: z.boolean() })),
            total: z.number().int(),
          }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const { text, limit, refresh } = request.query;
      const books = await shelf.of(connection, requesterOf(request), refresh);
      const entries = await entriesOf(request.params.kind, books);
      const wanted = text.trim().toLowerCase();
      const found = entries
        .filter(({ target, label }) => `${target} ${label}`.toLowerCase().includes(wanted))
        .toSorted((a, b) => nearness(a.target, wanted) - nearness(b.target, wanted));
      return { items: found.slice(0, limit), total: found.length };
    },
  );

  app.get(
    '/api/v1/connections/:connection/crosswalk/suggestions',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'For codes that need a person: the nearest entries of Cin7, each with the reason.',
        params,
        querystring: z.object({
          kind: kind.optional(),
          limit: z.coerce.number().int().min(1).max(200).default(100),
        }),
        response: {
          200: z.object({
            items: z.array(
              z.object({ kind, code: z.string(), target: z.string(), label: z.string(), reason: z.string() }),
            ),
          }),
          default: problemSchema,
        },
      },
    },
    async (request) => {
      const connection = await connectionOf(parts, request, request.params.connection);
      const rows = (await loadCrosswalk(db, connection.id, request.query.kind)).filter((row) =>
        NEEDS_PERSON.includes(row.state),
      );
      const books = await shelf.of(connection, requesterOf(request));
      const suggest = perKind(async (of) =>
        indexSuggestions((await entriesOf(of, books)).filter(({ active }) => active)),
      );
      const items = [];
      for (const row of rows.slice(0, request.query.limit)) {
        const of = kind.parse(row.kind);
        const suggestion = (await suggest(of))(row);
        if (suggestion !== undefined) items.push({ kind: of, code: row.code, ...suggestion });
      }
      return { items };
    },
  );
}

interface RowFilter {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly needsPerson?: boolean | undefined;
  readonly text?: string | undefined;
}

function fits(row: CrosswalkRow, filter: RowFilter): boolean {
  if (filter.kind !== undefined && row.kind !== filter.kind) return false;
  if (filter.state !== undefined && row.state !== filter.state) return false;
  if (filter.needsPerson !== undefined && NEEDS_PERSON.includes(row.state) !== filter.needsPerson)
    return false;
  const text = filter.text?.trim().toLowerCase() ?? '';
  return text === '' || `${row.code} ${row.label} ${row.target ?? ''}`.toLowerCase().includes(text);
}

/** What needs a person first; of that, what most records wait for. */
function sorted(
  rows: readonly CrosswalkRow[],
  waiting: ReadonlyMap<string, number>,
): readonly CrosswalkRow[] {
  const waitingFor = ({ kind: of, code, state: is }: CrosswalkRow): number =>
    NEEDS_PERSON.includes(is) ? (waiting.get(crosswalkSubject(of, code)) ?? 0) : -1;
  return rows.toSorted(
    (a, b) =>
      waitingFor(b) - waitingFor(a) ||
      state.options.indexOf(state.parse(a.state)) - state.options.indexOf(state.parse(b.state)) ||
      a.kind.localeCompare(b.kind) ||
      a.code.localeCompare(b.code),
  );
}

function counted(rows: readonly CrosswalkRow[]) {
  const groups = Map.groupBy(rows, (row) => `${row.kind}\n${row.state}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ kind: kind.parse(first.kind), state: first.state, count: group.length }];
  });
}

function document(row: CrosswalkRow, waiting: ReadonlyMap<string, number>): z.output<typeof rowSchema> {
  const { code, label, target, origin, detail, updatedAtMs, updatedBy } = row;
  return {
    kind: kind.parse(row.kind),
    code,
    label,
    target,
    state: row.state,
    origin,
    detail,
    waiting: waiting.get(crosswalkSubject(row.kind, row.code)) ?? 0,
    updatedAt: utc(updatedAtMs),
    updatedBy,
  };
}

function toChoice(choice: z.output<typeof choiceSchema>): CrosswalkChoice {
  const { ignored, ...rest } = choice;
  return ignored === undefined ? rest : { ...rest, ignored };
}

const FREE_KINDS: readonly CrosswalkKind[] = ['currency', 'country'];

/** Whether a choice leads to something that Cin7 does not have, as far as Cin7 has a list of it. */
async function isUnknown(
  { kind: named, to, effect }: CrosswalkEffect,
  known: PerKind<ReadonlySet<string>>,
): Promise<boolean> {
  const of = kind.parse(named);
  if (to === null || effect === 'same' || FREE_KINDS.includes(of)) return false;
  return !(await known(of)).has(to);
}

type PerKind<T> = (of: CrosswalkKind) => Promise<T>;

/** Makes something of each kind once, when it is first asked for. */
function perKind<T>(make: PerKind<T>): PerKind<T> {
  const made = new Map<CrosswalkKind, Promise<T>>();
  return (of) => {
    const one = made.get(of) ?? make(of);
    made.set(of, one);
    return one;
  };
}

async function checkTargets(
  choices: readonly CrosswalkChoice[],
  entries: (of: CrosswalkKind) => Promise<readonly { readonly target: string }[]>,
): Promise<void> {
  for (const choice of choices) {
    const of = kind.parse(choice.kind);
    if (choice.target === '' || choice.ignored === true || FREE_KINDS.includes(of)) continue;
    const known = await entries(of);
    if (known.some(({ target }) => target === choice.target)) continue;
    const near = known
      .map(({ target }) => target)
      .toSorted((a, b) => leven(a, choice.target) - leven(b, choice.target))
      .slice(0, 3);
    throw new Fault(
      'input.invalid',
      `"${choice.target}" is not active in Cin7.${near.length === 0 ? '' : ` Nearest: ${near.join(', ')}.`}`,
      { field: 'target' },
    );
  }
}

const nearness = (target: string, wanted: string): number =>
  wanted === '' ? 0 : target.toLowerCase().startsWith(wanted) ? -1 : leven(target.toLowerCase(), wanted);
