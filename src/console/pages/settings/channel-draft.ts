import type { Channel, EmailSettings } from '../../api/notices.ts';

/** What a person enters of a channel, of whichever kind. */
export interface ChannelDraft {
  readonly kind: Channel['kind'];
  readonly name: string;
  readonly events: readonly string[] | null;
  readonly connections: readonly string[] | null;
  readonly enabled: boolean;
  /** Of webhook and Slack; empty keeps the present one. */
  readonly url: string;
  readonly email: EmailSettings;
  /** Empty keeps the present one. */
  readonly password: string;
}

const NO_EMAIL: EmailSettings = {
  host: '',
  port: 587,
  security: 'starttls',
  user: null,
  from: '',
  to: [],
  certificateAuthority: null,
};

export function draftOf(channel: Channel | undefined): ChannelDraft {
  const empty = { url: '', password: '' };
  if (channel === undefined)
    return {
      ...empty,
      kind: 'email',
      name: '',
      events: null,
      connections: null,
      enabled: true,
      email: NO_EMAIL,
    };
  const { kind, name, events, connections, enabled } = channel;
  const email = channel.kind === 'email' ? channel.settings : NO_EMAIL;
  return { ...empty, kind, name, events, connections, enabled, email };
}

/** The body that the server takes. A secret that was not entered is left out, which keeps the present one. */
export function inputOf(draft: ChannelDraft): Readonly<Record<string, unknown>> {
  const { kind, name, events, connections, enabled, url, email, password } = draft;
  const common = { kind, name: name.trim(), events, connections, enabled };
  if (kind === 'email')
    return { ...common, settings: email, ...(password === '' ? {} : { secret: { password } }) };
  return { ...common, ...(url.trim() === '' ? {} : { secret: { url: url.trim() } }) };
}
