import { aggregate, countRows } from './aggregate.ts';
import { authenticate } from './authenticate.ts';
import { answerPage, browse, type Members } from './browse.ts';
import { type DataRequest, isTrue, list, readDataRequest } from './data-request.ts';
import { json, jsonText, type Reply, serviceError, sysErrors } from './reply.ts';
import type { Call, Caller, Server } from './service.ts';
import { DataError } from './target.ts';

const RESULT_EXPIRED = 'JAS_MSG347: The query results expired.  Refresh them by clicking Find again.';

/** POST dataservice: one request, or a batch whose answers carry their index. */
export function answerDataService(call: Call): Reply {
  const caller = authenticate(call);
  return refusingBadRequests(call, targetOf(call.body), () => {
    if (!isTrue(call.body['batchDataRequest']))
      return reply(answerOne(readDataRequest(call.body), call, caller), call);
    const { outputType } = call.body;
    const answers = list(call.body['dataRequests']).map((each, index) =>
      answerOne(readDataRequest({ outputType, ...each }), call, caller, index),
    );
    return reply(answers.flat(), call);
  });
}

/** GET dataservice/table/... and /view/...: the same answer as a BROWSE, without next pages. */
export function answerSimpleGet(request: DataRequest, call: Call): Reply {
  const caller = authenticate(call);
  return refusingBadRequests(call, request.targetName, () => reply(answerOne(request, call, caller), call));
}

/** GET or POST dataservice/next: the next page of a result set that is still open. */
export function answerNext(call: Call): Reply {
  const { session } = authenticate(call);
  const rid = call.query.get('rid') ?? '';
  const cursor = session && call.server.cursors.find(rid, session.token);
  if (!cursor) return sysErrors(500, RESULT_EXPIRED);
  return reply(answerPage(cursor, call, true), call);
}

function answerOne(request: DataRequest, call: Call, caller: Caller, batchIndex?: number): Members {
  const name = `ds_${batchIndex === undefined ? '' : `${batchIndex}_`}${request.targetName}`;
  switch (request.dataServiceType) {
    case 'BROWSE':
      refuseOutputType(request.outputType);
      return browse(request, call, caller, batchIndex);
    case 'COUNT': {
      const count = countRows(request, call, caller);
      const isPlain = call.server.switches.countForm === 'count' && batchIndex === undefined;
      return [isPlain ? ['count', String(count)] : [name, JSON.stringify({ count })]];
    }
    case 'AGGREGATION':
      return [[name, aggregate(request, call, caller)]];
    default:
      throw new DataError(`Invalid dataServiceType ${request.dataServiceType}`);
  }
}

/** Output forms of which too little is public to imitate them. */
function refuseOutputType(outputType: string): void {
  if (['', 'GRID_DATA', 'VERSION1'].includes(outputType)) return;
  throw new DataError(`The simulator does not speak outputType ${outputType}`);
}

/** In a batch the members that belong to the whole answer come once, after the parts. */
function reply(members: Members, call: Call): Reply {
  const isPart = ([name]: Members[number]): boolean => /^(fs|ds)_/.test(name);
  const unique = new Map([...members.filter(isPart), ...members.filter((each) => !isPart(each))]);
  if (call.version === 'v1') unique.set('deprecated', 'true');
  const text = [...unique].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join();
  return jsonText(200, `{${text}}`);
}

function refusingBadRequests(call: Call, target: string, answer: () => Reply): Reply {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const isAggregation = call.body['dataServiceType'] === 'AGGREGATION';
    return dataError(error.message, call.server, isAggregation ? target : undefined);
  }
}

/** A refusal of table, column or condition, in the form that the switch says. */
function dataError(message: string, server: Server, aggregatedTarget?: string): Reply {
  const form = server.switches.dataErrorForm;
  if (form === 'http500') return sysErrors(500, message);
  if (aggregatedTarget !== undefined)
    return json(200, { [`ds_${aggregatedTarget}`]: { error: { message } } });
  return form === 'sysErrors200' ? sysErrors(200, message) : serviceError(200, message, server.clock);
}

function targetOf(body: Record<string, unknown>): string {
  const name = body['targetName'];
  return typeof name === 'string' ? name : '';
}
