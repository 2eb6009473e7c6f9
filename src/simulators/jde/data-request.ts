/** A value of a condition, as the caller wrote it. */
export interface Literal {
  content: string;
  specialValueId: string;
}

export interface RawCondition {
  controlId: string;
  operator: string;
  values: Literal[];
}

export interface RawQuery {
  matchType: string | undefined;
  conditions: RawCondition[];
  complex: { andOr: string; query: RawQuery }[];
}

export interface OrderBy {
  column: string;
  descending: boolean;
  /** In an AGGREGATION: order by this function of the column. */
  aggregation?: string;
}

/** One request to the data service, read with the leniency seen in practice: "true" is as good as true. */
export interface DataRequest {
  targetName: string;
  targetType: string;
  dataServiceType: string;
  returnControlIDs: string;
  maxPageSize: string;
  outputType: string;
  nextPageProcessing: boolean;
  query: RawQuery;
  aggregations: { aggregation: string; column: string }[];
  groupBy: string[];
  orderBy: OrderBy[];
  having: (RawCondition & { aggregation: string })[];
}

type Json = Record<string, unknown>;

export function readDataRequest(body: Json): DataRequest {
  const aggregation = object(body['aggregation']);
  return {
    targetName: text(body['targetName']),
    targetType: text(body['targetType']).toLowerCase(),
    dataServiceType: text(body['dataServiceType']).toUpperCase(),
    returnControlIDs: text(body['returnControlIDs']),
    maxPageSize: text(body['maxPageSize']),
    outputType: text(body['outputType']).toUpperCase(),
    nextPageProcessing: isTrue(body['enableNextPageProcessing']),
    query: readQuery(object(body['query'])),
    aggregations: list(aggregation['aggregations']).map((each) => ({
      aggregation: text(each['aggregation']).toUpperCase(),
      column: text(each['column']),
    })),
    groupBy: list(aggregation['groupBy']).map((each) => text(each['column'])),
    orderBy: list(aggregation['orderBy']).map((each) => ({
      column: text(each['column']),
      descending: text(each['direction']).toUpperCase() === 'DESC',
      ...(each['aggregation'] ? { aggregation: text(each['aggregation']).toUpperCase() } : {}),
    })),
    having: list(object(body['having'])['condition']).map((each) => ({
      ...readCondition(each),
      aggregation: text(each['aggregation']).toUpperCase(),
    })),
  };
}

function readQuery(query: Json): RawQuery {
  return {
    matchType: text(query['matchType']) || undefined,
    conditions: list(query['condition']).map(readCondition),
    complex: list(query['complexQuery']).map((part) => ({
      andOr: text(part['andOr']).toUpperCase() || 'AND',
      query: readQuery(object(part['query'])),
    })),
  };
}

function readCondition(condition: Json): RawCondition {
  return {
    controlId: text(condition['controlId']),
    operator: text(condition['operator']).toUpperCase(),
    values: list(condition['value']).map((value) => ({
      content: text(value['content']),
      specialValueId: text(value['specialValueId']).toUpperCase() || 'LITERAL',
    })),
  };
}

export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** Text of a JSON scalar; '' for anything else. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}
