import { table } from './markdown.ts';

/** What clients that share no code with the connector found. The calls are those of test/independent-clients.test.ts and test/independent/. */
export function clientFindings(): readonly string[] {
  return [
    '## What independent clients found',
    'No client library for AIS or Cin7 Core was found in the npm registry under the names that were looked up. Instead two clients of plain HTTP calls, which share no code with the connector, follow the published descriptions and what public clients send. The tests run them against both simulators.',
    table(
      ['client of', 'what it does', 'found'],
      [
        [
          'AIS',
          'configuration, sign-in in both versions, refusals, browsing, links by POST and GET, paging by key, every operator, nested conditions, counts and sums, several tables in one call, simple addresses, calls without a session, sign-out',
          'All as described but one point: the published link to the next page names no device, so a client that signed in with a device name and follows the link as it stands is refused. It must send the device in a header, as the connector does. Whether the real server is as strict is not known (`nextLinkDeviceName`).',
        ],
        [
          'Cin7 Core',
          'wrong keys, paths and methods, 15 lists, suppliers created, changed and cleared, the recorded words of refusals, purchases in two calls, overwriting, authorising, undoing and voiding, searches, the allowance of 60 calls',
          'All as described.',
        ],
      ],
    ),
    'Beside them stand two collections of calls (`test/independent/`), 132 for each system, written from the public reference alone by somebody who saw neither the simulators nor the connectors. They start the simulators as a customer does. Two of their calls failed at first, and in both the simulators were wrong; they are mended:',
    table(
      ['system', 'misreading that was found', 'now'],
      [
        [
          'AIS',
          'A data request without `dataServiceType`, which is required, was answered as BROWSE: a connector that forgot it would have passed.',
          'It is refused. The connector always sends it.',
        ],
        [
          'Cin7 Core',
          'The percentage of a tax rule, documented as read-only, was taken from the request.',
          'With one plain component it is that one’s.',
        ],
      ],
    ),
  ];
}
