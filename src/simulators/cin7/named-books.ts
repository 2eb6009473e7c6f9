import { type Answer, json, refuse, success } from './answers.ts';
import { type Book, text } from './book.ts';
import { type ApiCall, guidParameter } from './call.ts';
import { Fields, Problems } from './fields.ts';
import { filterRows, listAnswer, pagingOf, startsWith } from './lists.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** Brand, category and unit: an ID and a Name, unique in any letter case; writes answer a bare object. */
export interface NamedBook {
  readonly listKey: string;
  readonly noun: string;
  readonly max: number;
  readonly book: (state: CompanyState) => Book;
}

export const BRANDS: NamedBook = {
  listKey: 'BrandList',
  noun: 'brand',
  max: 50,
  book: (state) => state.brands,
};
export const CATEGORIES: NamedBook = {
  listKey: 'CategoryList',
  noun: 'category',
  max: 50,
  book: (state) => state.categories,
};
export const UNITS: NamedBook = { listKey: 'UnitList', noun: 'unit', max: 50, book: (state) => state.units };

export function getNamed(kind: NamedBook) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const rows = filterRows(kind.book(state).rowsInOrder(state.switches), call, [startsWith('Name')]);
    return listAnswer(kind.listKey, rows, pagingOf(call, state.switches));
  };
}

export function postNamed(kind: NamedBook) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const name = readName(call, state, kind, undefined);
    return json(kind.book(state).put({ ID: state.chance.guid(), Name: name }));
  };
}

export function putNamed(kind: NamedBook) {
  return (call: ApiCall, state: CompanyState): Answer => {
    const row = existingRow(call, state, kind.book(state), kind.noun);
    const id = text(row[kind.book(state).idField]);
    return json(kind.book(state).put({ ...row, Name: readName(call, state, kind, id) }));
  };
}

export function deleteFrom(noun: string, book: (state: CompanyState) => Book, parameterName = 'ID') {
  return (call: ApiCall, state: CompanyState): Answer =>
    book(state).remove(guidParameter(call, parameterName)) ? success() : refuse(assumed.notFound(noun), 404);
}

/** The row that a PUT names by its identifier. */
export function existingRow(
  call: ApiCall,
  state: CompanyState,
  book: Book,
  noun: string,
): ReturnType<Book['put']> {
  const problems = new Problems();
  const id = new Fields(call.body, problems, state.switches).guid(book.idField, { required: true });
  problems.settle();
  return book.byId(id ?? '') ?? refuse(assumed.notFound(noun), 404);
}

/** A name that no other row of the book has, in any letter case. */
export function checkUnique(
  name: string,
  where: { book: Book; noun: string; id: string | undefined },
  problems: Problems,
): void {
  if (!where.book.hasOther(name, where.id)) return;
  problems.add(where.noun === 'unit' ? recorded.unitExists : assumed.alreadyExists(where.noun));
}

function readName(call: ApiCall, state: CompanyState, kind: NamedBook, id: string | undefined): string {
  const problems = new Problems();
  const name =
    new Fields(call.body, problems, state.switches).text('Name', { required: true, max: kind.max }) ?? '';
  checkUnique(name, { book: kind.book(state), noun: kind.noun, id }, problems);
  problems.settle();
  return name;
}
