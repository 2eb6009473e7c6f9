import { counted } from './words.ts';

export const setUp = {
  title: 'New connection',
  lead: 'From nothing to the first dry run in a few minutes. Nothing is written to Cin7 before you say so, and nothing ever to JDE.',
  adminOnly: 'This needs the role admin',
  adminOnlyText: 'Connections are made by admins, since credentials belong to them.',
  steps: {
    enter: 'Connect',
    test: 'Test',
    fit: 'See whether it fits',
    schedule: 'When it runs',
    start: 'Start',
  },
  stepsLabel: 'Steps of the set-up',
  stepOf: (at: number, of: number, name: string) => `Step ${at} of ${of}: ${name}`,
  nameTitle: 'The connection',
  name: 'Name',
  nameHint:
    'Lower-case letters, digits and hyphens. It stands in the records’ notes in Cin7, so it stays for ever.',
  jdeTitle: 'JD Edwards',
  jdeText: 'Read through its AIS Server, with a user that may only read.',
  url: 'Address of the AIS Server',
  urlHint: 'Such as https://ais.example.com:9300. The JDE administrator knows it.',
  environment: 'Environment',
  environmentHint: 'Such as JPD920. Begin with a test environment if there is one.',
  role: 'Role',
  roleHint: 'One explicit role keeps what is visible stable; *ALL works, too.',
  cin7Title: 'Cin7 Core',
  cin7Text:
    'In Cin7 Core open Integrations & API, then API. Make an API application for the connector alone, so that others do not use its calls up.',
  cin7Url: 'Address of the Cin7 API',
  cin7UrlHint: 'Only for a simulator. Leave it as it is for Cin7 itself.',
  more: 'Other address of Cin7',
  saveAndTest: 'Save and test',
  existing: (name: string) =>
    `Connection ${name} is made. Change what was wrong and test again; credentials that you leave empty stay.`,
  back: 'Change what was entered',
  next: 'Go on',
  nextAnyway: 'Go on when every step has passed',
  fitTitle: 'Will it fit?',
  fitText:
    'Both systems are read whole and every record is worked out, as a first sync would. Nothing is written. With many records this takes some minutes; you may leave the page and come back.',
  fitStart: 'Start',
  fitAgain: 'Look again',
  fitBusy: 'Another run is at work. It is shown when it has ended.',
  fitFailed: 'It did not come to its end.',
  verdict: (suppliers: string, orders: string) =>
    `Both systems can be read. A first sync would write ${suppliers} and ${orders}.`,
  nothingParked: 'No record would be parked.',
  parked: (records: string) =>
    `${records} would be parked until the points below are settled. All the others arrive all the same.`,
  load: (minutes: string, calls: number) =>
    `The first load takes ${minutes} (${counted(calls, 'call', 'calls')} to Cin7, at the pace that it allows).`,
  released: (minutes: string, calls: number) =>
    `Once nothing is parked any more, ${minutes} in all (${counted(calls, 'call', 'calls')}).`,
  afterwards: 'Afterwards only what changes is sent.',
  minutes: (minutes: number) => {
    if (minutes < 1) return 'less than a minute';
    if (minutes < 90) return `about ${counted(Math.ceil(minutes), 'minute', 'minutes')}`;
    return `about ${counted(Math.round(minutes / 60), 'hour', 'hours')}`;
  },
  codesTitle: 'Codes that nobody has mapped yet',
  codesText: 'Say what each is in Cin7, now or later: what waits for them follows by itself.',
  codes: (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}`,
  mapThem: 'Map them',
  kind: 'Kind',
  which: 'Which',
  causesTitle: 'What would be parked, and why',
  allChanges: 'See every change',
  scheduleTitle: 'When should it run?',
  scheduleText: 'From the first sync on, Cin7 is brought in step at these times. It can be changed any day.',
  scheduleSave: 'Use this schedule',
  scheduleNone: 'No schedule for now',
  scheduleHas: 'There is a schedule already:',
  startTitle: 'Ready',
  startText: (name: string) =>
    `Connection ${name} is set up. The first sync writes to Cin7 what the dry run showed; purchase orders arrive as drafts unless you changed that in the settings.`,
  startSync: 'Start the first sync',
  later: 'Later',
  finish: 'What comes next',
  finishText: 'Add people under Settings, Users, and say under Settings, Notices who hears of trouble.',
} as const;
