/** Texts of the frame around the pages. */
export const shell = {
  skip: 'Skip to the content',
  menu: 'Menu',
  openMenu: 'Open the menu',
  connection: 'Connection',
  chooseConnection: 'Choose a connection',
  dark: 'Use dark colours',
  light: 'Use light colours',
  account: 'Your account',
  signOut: 'Sign out',
  pages: {
    overview: 'Overview',
    runs: 'Runs',
    records: 'Records',
    parked: 'Parked',
    crosswalk: 'Crosswalk',
    plan: 'Plan',
    reconcile: 'Reconcile',
    trail: 'Trail',
    settings: 'Settings',
    setUp: 'New connection',
  },
} as const;
