import { isTrue } from './data-request.ts';
import { json, type Reply } from './reply.ts';
import type { Call } from './service.ts';

/** Capabilities of the first version; names as seen in public answers and clients. */
const FIRST_VERSION = [
  ['grid', 'Grid Actions'],
  ['editable', 'Enabled/Disabled'],
  ['log', 'Logging'],
  ['processingOption', 'Processing Options'],
  ['ignoreFDAFindOnEntry', 'Ignore Find On Entry'],
  ['selectAllGridRows', 'Select All Grid Rows'],
  ['applicationStack', 'Application Stack'],
  ['thumbnailSize', 'Thumbnail Size'],
  ['gridCellClick', 'Grid Cell Click'],
  ['query', 'Query'],
  ['taskAuthorization', 'Task Authorization'],
  ['urlMediaObjects', 'URL Media Objects'],
  ['jargon', 'Jargon'],
  ['aliasNaming', 'Alias Naming'],
  ['dataservice', 'Data Service'],
  ['dataServiceAggregation', 'Data Service Aggregation'],
  ['outputType', 'Output Type'],
] as const;

/** What the second version adds. Spelling of the last three is not published. */
const SECOND_VERSION = [
  ['validate', 'Validate Token'],
  ['orderBy', 'Data Service Order By'],
  ['complexQuery', 'Complex Query'],
  ['nextPage', 'Next Page Processing'],
] as const;

/** GET defaultconfig, without sign-in. v2 lists only its additions unless all=true. */
export function answerDefaultConfig(call: Call): Reply {
  const { server } = call;
  const missing = server.switches.missingCapabilities.split(',').map((name) => name.trim());
  const offered = [...FIRST_VERSION, ...(call.version === 'v1' ? [] : SECOND_VERSION)].filter(
    ([name]) => !missing.includes(name),
  );
  const required = (call.query.get('requiredCapabilities') ?? '').split(',').filter((name) => name !== '');
  const names = new Set<string>(offered.map(([name]) => name));
  const listsAll = call.version === 'v1' || isTrue(call.query.get('all'));
  const listed = offered.filter((each) => listsAll || SECOND_VERSION.some((added) => added === each));
  return json(200, {
    jasHost: 'e1html.internal.example',
    jasPort: '7020',
    jasProtocol: 'http',
    defaultEnvironment: server.environments[0] ?? '',
    defaultRole: '*ALL',
    displayEnvironment: true,
    displayRole: true,
    displayJasServer: false,
    defaultJasServer: 'http://e1html.internal.example:7020',
    ssoAllowed: true,
    allowSelfSignedSsl: false,
    sessionTimeout: String(server.switches.sessionInactivityMinutes),
    timeToLive: String(server.switches.sessionTimeToLiveMinutes),
    aisVersion: 'EnterpriseOne 9.2.9.1',
    capabilityList: listed.map(([name, shortDescription]) => ({
      name,
      shortDescription,
      longDescription: shortDescription,
      asOfRelease: '9.2.0.0',
    })),
    requiredCapabilityMissing: required.some((name) => !names.has(name)),
  });
}
