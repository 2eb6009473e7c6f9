import type { DataRequest, RawCondition } from './data-request.ts';
import { DataError } from './target.ts';

const OPERATORS: Record<string, string> = {
  EQ: 'EQUAL',
  NE: 'NOT_EQUAL',
  GT: 'GREATER',
  GE: 'GREATER_EQUAL',
  LT: 'LESS',
  LE: 'LESS_EQUAL',
};

/**
 * Reads the parameters of a simple GET: repeatable $field and $filter, $filterType, $limit, $sort.
 * Oracle REST API guide: GET dataservice/table/{tableName}.
 */
export function readSimpleGet(kind: 'table' | 'view', name: string, query: URLSearchParams): DataRequest {
  return {
    targetName: name,
    targetType: kind,
    dataServiceType: 'BROWSE',
    returnControlIDs: query.getAll('$field').join('|'),
    maxPageSize: query.get('$limit') ?? '',
    outputType: '',
    nextPageProcessing: false,
    query: {
      matchType: /ANY|OR/i.test(query.get('$filterType') ?? '') ? 'MATCH_ANY' : 'MATCH_ALL',
      conditions: query.getAll('$filter').map(readFilter),
      complex: [],
    },
    aggregations: [],
    groupBy: [],
    having: [],
    orderBy: query.getAll('$sort').map((sort) => {
      const [column = '', direction = ''] = sort.trim().split(/\s+/);
      return { column, descending: direction.toUpperCase().startsWith('DESC') };
    }),
  };
}

/** `F0101.AN8 EQ 6001`, or `F0101.UPMJ GE 1 TODAY_MINUS_DAY`. */
function readFilter(filter: string): RawCondition {
  const [, controlId = '', operatorCode = '', rest = ''] = /^(\S+)\s+(\S+)\s?(.*)$/.exec(filter.trim()) ?? [];
  const operator = OPERATORS[operatorCode];
  if (!operator) throw new DataError(`Invalid filter ${filter}`);
  const special = /^(?:(\d+)\s+)?(TODAY\w*)$/.exec(rest.trim());
  const value = special
    ? { content: special[1] ?? '', specialValueId: special[2] ?? 'TODAY' }
    : { content: rest, specialValueId: 'LITERAL' };
  return { controlId, operator, values: [value] };
}
