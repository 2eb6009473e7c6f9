/** How real an example is. */
type ExampleKind =
  | 'recorded request'
  | 'recorded response'
  | 'recorded response, partial'
  | 'reconstructed'
  | 'reference';

export interface Example {
  file: string;
  kind: ExampleKind;
  /** Where it was published. */
  source: string;
  exercised: boolean;
  /** What the contract test shows with it, or why it cannot be exercised. */
  result: string;
}

const RA = 'Oracle REST API guide for JD Edwards EnterpriseOne';

/** Every example in this folder, and what the contract test does with it. */
export const examples: readonly Example[] = [
  {
    file: 'tokenrequest-request.json',
    kind: 'recorded request',
    source: 'public client code, github williamsgareth/Steltix_Customers',
    exercised: true,
    result: 'accepted as it is',
  },
  {
    file: 'tokenrequest-request-env-role.json',
    kind: 'recorded request',
    source: 'public client code, github innovategy/jde-sync-utility',
    exercised: true,
    result: 'accepted with user and password filled in',
  },
  {
    file: 'tokenrequest-response-v1-2017.json',
    kind: 'recorded response',
    source: 'demo server 2017, github williamsgareth/Steltix_Customers',
    exercised: true,
    result: 'same keys in the same order, same types, same token anatomy',
  },
  {
    file: 'tokenrequest-response-saved-by-client-2018.json',
    kind: 'recorded response, partial',
    source: 'github Herdubreid/aisShell (saved by a client that made numbers and booleans into strings)',
    exercised: true,
    result:
      'every key of it is in the answer, and the date format code fits; types were altered by the client',
  },
  {
    file: 'jde-login-response-2025-partial.json',
    kind: 'recorded response, partial',
    source: `${RA}, GET v3/orchestrator/jde-login`,
    exercised: true,
    result: 'every key of it is in the newer form of the answer; the daylight-saving rule is null here',
  },
  {
    file: 'tokenrequest-validate-request.json',
    kind: 'recorded request',
    source: 'public client code, github ConductorOne/baton-jd-edwards',
    exercised: true,
    result: 'accepted with a live token',
  },
  {
    file: 'validate-response-invalid.json',
    kind: 'recorded response',
    source: `${RA}, GET v2/orchestrator/jde-validate-session`,
    exercised: true,
    result: 'same keys, values and time format for a dead token',
  },
  {
    file: 'tokenrequest-logout-request.json',
    kind: 'recorded request',
    source: `${RA}, POST orchestrator/jde-logout`,
    exercised: true,
    result: 'accepted; the session is gone',
  },
  {
    file: 'defaultconfig-response-v1-partial.json',
    kind: 'recorded response, partial',
    source: 'Oracle guide, example acceptable output for the defaultconfig service',
    exercised: true,
    result: 'same keys in the same order and same types; the list of capabilities is longer',
  },
  {
    file: 'dataservice-response-F0101-griddata.json',
    kind: 'recorded response',
    source: 'demo server 2017, github viwesomagaca/steltix',
    exercised: true,
    result: 'reproduced member by member, also the order of keys; business units padded, rid and time aside',
  },
  {
    file: 'dataservice-response-F4101-griddata.json',
    kind: 'recorded response',
    source: 'demo server 2017, github ggsbv/steltix-jd-edwards-api-dataservice',
    exercised: true,
    result: 'reproduced member by member, also the order of keys; rid and time aside',
  },
  {
    file: 'dataservice-response-links.json',
    kind: 'recorded response, partial',
    source: 'Oracle guide, example links section in a data service response',
    exercised: true,
    result: 'same parameters in the same order, | not escaped, token encoded',
  },
  {
    file: 'dataservice-next-timeout-500.json',
    kind: 'recorded response',
    source: 'Oracle guide, example links section in a data service response',
    exercised: true,
    result: 'same status and body for a result set that expired',
  },
  {
    file: 'dataservice-next-parameters.json',
    kind: 'reference',
    source: `${RA}, POST v2/appstack/next`,
    exercised: true,
    result:
      'a call with all listed parameters is accepted; deviceName is not required without a named device',
  },
  {
    file: 'dataservice-request-view-V0101.json',
    kind: 'recorded request',
    source: 'github Herdubreid/aisShell (dead demo token)',
    exercised: true,
    result: 'accepted with a live token; refused with the dead one',
  },
  {
    file: 'dataservice-request-F0101-cql.json',
    kind: 'recorded request',
    source: 'github Herdubreid/Celin.AIS.Data',
    exercised: true,
    result: 'accepted; columns without table names',
  },
  {
    file: 'dataservice-request-F0092-next.json',
    kind: 'recorded request',
    source: 'github ConductorOne/baton-jd-edwards',
    exercised: true,
    result: 'accepted; blank asked as EQUAL to an empty literal, booleans as text',
  },
  {
    file: 'dataservice-request-F9860-list.json',
    kind: 'recorded request',
    source: 'github Herdubreid/aisDataBrowser',
    exercised: true,
    result: 'accepted; LIST of two values, page size above the fetch limit',
  },
  {
    file: 'dataservice-request-batch.json',
    kind: 'recorded request',
    source: 'github Herdubreid/e1p-backlog',
    exercised: true,
    result: 'accepted; answers keyed fs_0_... and fs_1_...',
  },
  {
    file: 'dataservice-request-complexquery-orderby.json',
    kind: 'reconstructed',
    source: 'serialisation rules of a public browser client',
    exercised: true,
    result: 'accepted with a live token; cells as objects, rows with rowIndex',
  },
  {
    file: 'dataservice-aggregation-shape.json',
    kind: 'reconstructed',
    source: 'github Herdubreid/Celin.AIS.Data and Herdubreid/DataBrowser',
    exercised: true,
    result: 'request accepted; answer and error in the shape that clients read',
  },
  {
    file: 'simple-table-get.json',
    kind: 'recorded response, partial',
    source: `${RA}, GET v2/dataservice/table/{tableName}`,
    exercised: true,
    result: 'path and Basic header accepted; same envelope, first columns and titles',
  },
  {
    file: 'simple-table-get-sync-utility.json',
    kind: 'recorded request',
    source: 'github innovategy/jde-sync-utility',
    exercised: true,
    result: 'accepted with a live token, also the fallback filters',
  },
  {
    file: 'version1-dataservice-row-skeleton.json',
    kind: 'recorded response, partial',
    source: 'github Herdubreid/aisShell',
    exercised: true,
    result: 'same keys of a row',
  },
  {
    file: 'version1-form-field.json',
    kind: 'recorded response, partial',
    source: 'github Herdubreid/aisShell (a form field)',
    exercised: true,
    result: 'a grid cell has the same keys but staticText, which belongs to form fields',
  },
  {
    file: 'service-error-response-schema.json',
    kind: 'reference',
    source: `${RA}, ServiceErrorResponse`,
    exercised: true,
    result: 'every key of an error is one of the schema',
  },
  {
    file: 'orchestrator-v3-error.json',
    kind: 'recorded response, partial',
    source: 'public application note, parts left out by its author',
    exercised: true,
    result: 'same keys of an error but exceptionId, which needs a written record of the failure',
  },
  {
    file: 'orchestrator-openapi-poApprovals.json',
    kind: 'reference',
    source: 'github gyovanysantos/jde-mcp-po (generated by AIS 9.2.9.1)',
    exercised: true,
    result: 'an answer has the types the document gives: an array of rows, dates as yyyy-MM-dd',
  },
  {
    file: 'appstack-close-response-top.json',
    kind: 'recorded response, partial',
    source: 'github Herdubreid/aisShell',
    exercised: false,
    result:
      'application stacks (forms) are not simulated; only its top-level keys are compared, which a browse shares',
  },
];

/** What of the AIS server is not simulated. */
export const notSimulated: readonly string[] = [
  'forms and application stacks (formservice, appstack), media objects, jargon, messages',
  'output types VERSION2, ORACLE, XML and XMLSIMPLE: refused, because too little of them is published',
  'discovery of orchestrations, and their output as XML or as a file',
  'sign-in by JWT, PS token or mobile single sign-on (statuses 445 and 446)',
  'currency processing of aggregations; server-side caching; timings; monitoring headers',
  'data dripping (nextPageTimeInterval): rows are the same with and without it',
  'other views than V0101 and V4301XPI',
];
