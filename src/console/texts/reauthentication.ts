export const reauthentication = {
  title: 'Enter your password again',
  text: 'This act concerns credentials, people or keys. It needs a sign-in of the last ten minutes.',
  password: 'Your password',
  confirm: 'Go on',
  atProvider:
    'This act needs a sign-in of the last ten minutes. Sign in at your provider again, then repeat what you were about to do.',
  goToProvider: 'Sign in again',
} as const;
