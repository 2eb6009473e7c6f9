import { Fault } from '../../faults/fault.ts';

/** AIS does not take our token. */
export class SessionLost extends Fault {
  /** AIS denied the call (401, 403) without naming the token: it may be dead, or the user may not do this. */
  readonly isDenial: boolean;

  constructor(message: string, options: { readonly isDenial: boolean }) {
    super('jde.session_lost', message);
    this.isDenial = options.isDenial;
  }
}

export const isSessionStatus = (status: number): boolean =>
  status === 444 || status === 403 || status === 401;
