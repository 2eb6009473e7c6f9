/** Who did something, in words: `user:anna` -> `anna`. */
export function whoWords(actor: string): string {
  const [kind, ...rest] = actor.split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'user':
      return name;
    case 'token':
      return `token ${name}`;
    case 'schedule':
      return 'schedule';
    case 'cli':
      return `${name} (command line)`;
    default:
      return actor;
  }
}
