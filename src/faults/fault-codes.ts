/**
 * Who must act when something goes wrong:
 * `retry` wait and do it again; `uncertain` a write was sent and not answered: look it up before any second write;
 * `halt` stop and tell a person what to change; `park` one record cannot be written now, all others go on.
 */
export type FaultKind = 'retry' | 'uncertain' | 'halt' | 'park';

interface FaultEntry {
  readonly kind: FaultKind;
  /** The next step, in one sentence. */
  readonly hint: string;
}

/** A code keeps its meaning for ever. `docs/faults.md` is generated from this list. */
export const FAULTS = {
  // The configuration
  'config.invalid': {
    kind: 'halt',
    hint: 'Correct the named field of ml-connector.yaml and run the command again.',
  },
  'config.credential_missing': {
    kind: 'halt',
    hint: 'Set the named environment variable, or name a file that holds the credential. For a connection that was made in the console, enter it there, in its settings.',
  },
  'config.certificate_unusable': {
    kind: 'halt',
    hint: 'Name a readable file that holds certificates in PEM form (-----BEGIN CERTIFICATE-----).',
  },
  'config.listening_in_clear': {
    kind: 'halt',
    hint: 'Set server.tls to a certificate, or server.trustedProxies to the proxy that ends TLS, or server.host to 127.0.0.1.',
  },
  'config.connection_unknown': {
    kind: 'halt',
    hint: 'Use the name of a connection that stands in ml-connector.yaml.',
  },
  'input.invalid': { kind: 'halt', hint: 'Correct the named argument; --help shows what the command takes.' },
  'api.not_signed_in': { kind: 'halt', hint: 'Sign in, or send a valid API token.' },
  'api.not_found': { kind: 'halt', hint: 'Check the address; the thing may have been removed.' },
  'api.conflict': { kind: 'halt', hint: 'Look at the present state and decide anew.' },
  'api.too_many': { kind: 'retry', hint: 'Wait as long as the answer says, then try again.' },
  'api.host_unknown': {
    kind: 'halt',
    hint: 'Use the address of server.publicUrl, or add the name to server.hosts.',
  },
  'api.cross_site': {
    kind: 'halt',
    hint: 'Open the console itself and act there. Programs sign in with an API token.',
  },
  'api.in_clear': {
    kind: 'halt',
    hint: 'Use the https address. If the request came through your proxy, add its address to server.trustedProxies.',
  },
  'api.unreadable': {
    kind: 'halt',
    hint: 'Correct the request; /api/v1/openapi.json shows what the route takes.',
  },
  'store.unusable': {
    kind: 'halt',
    hint: 'Check the path, the rights and the free space of the data folder; with PostgreSQL, the address, the user and its rights.',
  },
  'store.not_empty': {
    kind: 'halt',
    hint: 'Name an empty PostgreSQL database. Nothing was changed in either store.',
  },
  'store.copy_differs': {
    kind: 'halt',
    hint: 'The embedded store is as it was. Run migrate-store again, which begins anew; if it fails again, report it with the named table.',
  },
  'store.in_use': {
    kind: 'halt',
    hint: 'Stop the server and every command that uses the store, then run this again. Nothing was changed.',
  },
  'store.not_embedded': {
    kind: 'halt',
    hint: 'Back PostgreSQL up with pg_dump --format=custom and put it back with pg_restore; docs/operations.md shows both.',
  },
  'store.backup_unusable': {
    kind: 'halt',
    hint: 'Nothing was changed. Take another backup, or one that was made by a program no newer than this one.',
  },
  'store.unavailable': {
    kind: 'retry',
    hint: 'Check that PostgreSQL is up and can be reached. Nothing that was committed is lost; the next run goes on from there.',
  },
  'run.busy': {
    kind: 'halt',
    hint: 'Another run of this connection is at work. Wait for it to end, or stop it.',
  },
  'run.lease_lost': {
    kind: 'halt',
    hint: 'Another process has taken over this run. Nothing to do here: it goes on there.',
  },
  'run.stopped': { kind: 'halt', hint: 'The run was stopped on request. The next run goes on from here.' },
  'run.slice_over': {
    kind: 'halt',
    hint: 'Runs of other connections waited. The rest goes on behind them; see jobs.sliceMinutes.',
  },
  'run.not_waiting': {
    kind: 'halt',
    hint: 'Another process took the run up, or it was stopped. See runs list.',
  },
  'run.deadline': {
    kind: 'halt',
    hint: 'The run took longer than run.deadlineMinutes. The next run goes on from here; raise the setting if this is a first load.',
  },

  // The vault
  'vault.key_missing': {
    kind: 'halt',
    hint: 'Put the master key back where it was, from your backup. A new key would open none of the stored credentials, so none is made. If it is lost for good, key reset says what would be lost with it, and starts anew with --yes.',
  },
  'vault.key_wrong': {
    kind: 'halt',
    hint: 'Give the master key whose id the detail names. After a change of the key, put the former one into ML_CONNECTOR_MASTER_KEY_PREVIOUS. If it is lost for good, run key reset.',
  },
  'vault.key_malformed': {
    kind: 'halt',
    hint: 'A master key is 32 random bytes in base64 or hex, and nothing else. key create makes one.',
  },
  'vault.key_exposed': {
    kind: 'halt',
    hint: 'Allow the file to its owner alone (chmod 600). Where the platform insists on other rights, let vault.masterKeyCommand print it.',
  },
  'vault.key_unreadable': {
    kind: 'halt',
    hint: 'Check the named file or command as the user that the connector runs as.',
  },
  'vault.key_unwritable': {
    kind: 'halt',
    hint: 'Give the connector the right to write into the named folder, or make the key with key create and name it in vault.masterKeyFile.',
  },
  'vault.key_not_new': {
    kind: 'halt',
    hint: 'Put a new key in its place and the present one into ML_CONNECTOR_MASTER_KEY_PREVIOUS, then run key rotate --master again.',
  },
  'vault.secret_unreadable': {
    kind: 'halt',
    hint: 'The stored credential was damaged or moved in the database. Enter it again, and find out who changed the database; key check lists all that do not open, and key reset takes them out.',
  },
  'vault.secret_missing': {
    kind: 'halt',
    hint: 'Enter the named credential of the connection: in the console, in its settings.',
  },
  'vault.nothing_lost': {
    kind: 'halt',
    hint: 'Nothing has to be given up: start the server. To replace keys that still open everything, run key rotate.',
  },

  'reconcile.side_empty': {
    kind: 'halt',
    hint: 'A list of Cin7 came back empty although records are linked. Check that the credentials are those of the right company; nothing was taken as gone.',
  },
  'backfill.open': {
    kind: 'halt',
    hint: 'Another backfill has not come to its end. Go on with sync --backfill alone, or drop it with sync --backfill --discard.',
  },

  // The audit trail
  'trail.key_unusable': {
    kind: 'halt',
    hint: 'Give an Ed25519 key in PEM form, such as one made with openssl genpkey -algorithm ed25519.',
  },
  'trail.key_missing': {
    kind: 'halt',
    hint: 'Nothing was changed. Set trail.signingKey, or name the public key with --public-key where something is only checked.',
  },
  'trail.damaged': {
    kind: 'halt',
    hint: 'The audit trail was changed from outside. Keep a copy of the store, run audit verify, and compare with your last export of the trail.',
  },
  'trail.pruned_meanwhile': {
    kind: 'retry',
    hint: 'Old entries were removed by retention while they were read. Run the command again.',
  },
  'trail.too_young': {
    kind: 'halt',
    hint: 'The audit trail is kept for at least 365 days. Name an earlier day.',
  },

  // People and access
  'access.sign_in_refused': {
    kind: 'halt',
    hint: 'Check name and password. If the user was disabled or the password has expired, an admin can help.',
  },
  'access.too_many_attempts': {
    kind: 'retry',
    hint: 'Too many attempts failed. Wait for the given time; it grows with each further failure and is never for ever.',
  },
  'access.busy': { kind: 'retry', hint: 'Many people sign in at this moment. Try again in a few seconds.' },
  'access.code_refused': {
    kind: 'halt',
    hint: 'Take the newest code of the authenticator app; each counts once. Check the clock of the phone, or use a recovery code.',
  },
  'access.ticket_expired': {
    kind: 'halt',
    hint: 'The sign-in took too long or was used already. Begin again with name and password.',
  },
  'access.session_ended': { kind: 'halt', hint: 'Sign in again to go on.' },
  'access.token_refused': {
    kind: 'halt',
    hint: 'The API token is unknown, expired or revoked, or its maker may no longer do this. Make a new one.',
  },
  'access.forbidden': { kind: 'halt', hint: 'Ask an admin for a role or a token that allows this.' },
  'access.reauthentication_needed': {
    kind: 'halt',
    hint: 'Confirm who you are once more, then repeat the act.',
  },
  'access.password_weak': {
    kind: 'halt',
    hint: 'Choose a longer one, such as four unrelated words; a password manager makes good ones.',
  },
  'access.set_up_refused': {
    kind: 'halt',
    hint: 'The set-up is done, or its token has expired. Start the server again for a new one, or make the user with user create.',
  },
  'access.user_unknown': { kind: 'halt', hint: 'Use a name that user list shows.' },
  'access.name_taken': { kind: 'halt', hint: 'Choose another name.' },
  'access.last_admin': {
    kind: 'halt',
    hint: 'Give another user the role admin first; without one nobody could manage users.',
  },
  'access.totp_enabled': {
    kind: 'halt',
    hint: 'The second factor is switched on already. Switch it off first, or have it reset by an admin.',
  },
  'access.totp_not_enabled': { kind: 'halt', hint: 'Switch the second factor on first.' },
  'access.totp_required': {
    kind: 'halt',
    hint: 'This role needs a second factor, so it cannot be switched off. An admin can reset it.',
  },
  'access.token_unknown': { kind: 'halt', hint: 'Use the id of an API token from the list.' },
  'access.oidc_off': {
    kind: 'halt',
    hint: 'No OpenID provider is configured. Set access.oidc in ml-connector.yaml.',
  },
  'access.oidc_unreachable': {
    kind: 'retry',
    hint: 'Check access.oidc.issuer, and that the provider can be reached from this machine.',
  },
  'access.oidc_refused': {
    kind: 'halt',
    hint: 'Begin the sign-in again. If it is refused again, compare access.oidc with the settings of this client at the provider.',
  },
  'access.oidc_no_role': {
    kind: 'halt',
    hint: 'The provider names no group with a role here. Ask for membership, or map the group in access.oidc.roles.',
  },
  'access.oidc_managed': {
    kind: 'halt',
    hint: 'Change the groups or the account of this person at the OpenID provider.',
  },
  'access.oidc_not_linked': {
    kind: 'halt',
    hint: 'Sign in as the existing user and link the identity there, or ask an admin.',
  },

  // JDE, through AIS
  'jde.unreachable': {
    kind: 'retry',
    hint: 'Check that the AIS Server is up and that jde.url names its host and port.',
  },
  'jde.timeout': {
    kind: 'retry',
    hint: 'AIS did not answer in time. If it happens often, lower jde.pageSize or raise jde.timeoutSeconds.',
  },
  'jde.server_error': {
    kind: 'retry',
    hint: 'AIS or its HTML server reported a failure. Ask the JDE administrator for the log of that minute.',
  },
  'jde.answer_unreadable': {
    kind: 'retry',
    hint: 'The answer was cut off or is not JSON. Check proxies between this machine and AIS.',
  },
  'jde.result_set_expired': {
    kind: 'retry',
    hint: 'Nothing to do: the read goes on after the last row received.',
  },
  'jde.session_lost': {
    kind: 'retry',
    hint: 'Nothing to do: the connector signs in again and goes on after the last row received.',
  },
  'jde.sign_in_refused': {
    kind: 'halt',
    hint: 'Check user, password, environment and role. The connector does not try again by itself, so that the user is not locked.',
  },
  'jde.sign_in_unanswered': {
    kind: 'halt',
    hint: 'AIS did not answer the sign-in, twice. If it was a wrong password, more of them would lock the user, so it was not sent again. Check AIS and the password, then run connection test.',
  },
  'jde.user_locked': {
    kind: 'halt',
    hint: 'Ask the JDE administrator to enable the user, then run connection test.',
  },
  'jde.licence_refused': {
    kind: 'halt',
    hint: 'No licence was free for this user. Ask the JDE administrator; choose other hours with jde.quietHours.',
  },
  'jde.host_not_allowed': {
    kind: 'halt',
    hint: 'Add the address of the AIS Server to the allowed hosts of the HTML (JAS) server in Server Manager.',
  },
  'jde.sign_in_limit': {
    kind: 'halt',
    hint: 'The session was lost more often than jde.signInsMax allows in one run. Look at the session time-outs of AIS and of the HTML server.',
  },
  'jde.environment_unknown': {
    kind: 'halt',
    hint: 'Check jde.environment and jde.role: the user must be allowed to use both.',
  },
  'jde.refused': {
    kind: 'halt',
    hint: 'AIS refused the request. The detail has its words; ask the JDE administrator.',
  },
  'jde.redirected': {
    kind: 'halt',
    hint: 'AIS sent the call on to another address, which is never followed. Set jde.url to the address of AIS itself; often only http must become https.',
  },
  'jde.table_unreadable': {
    kind: 'halt',
    hint: 'Give the user the right to browse the named table in the Data Browser (F00950).',
  },
  'jde.column_missing': {
    kind: 'halt',
    hint: 'Column security hides the named column from this user. Allow it, or the record would be written with a hole.',
  },
  'jde.filter_ignored': {
    kind: 'halt',
    hint: 'AIS returned rows outside the asked dates. Check the date format of the JDE user (jde.dateFormat).',
  },
  'jde.page_repeated': {
    kind: 'halt',
    hint: 'AIS returned the same page twice. Nothing was taken over; try jde.paging: key.',
  },
  'jde.rows_vanished': {
    kind: 'halt',
    hint: 'A table that held thousands of rows came back empty. Check security and environment; nothing was taken as deleted.',
  },
  'jde.key_undecodable': {
    kind: 'halt',
    hint: 'A key column holds a value that cannot be read. The detail names it; nothing was skipped.',
  },
  'jde.certificate_refused': {
    kind: 'halt',
    hint: 'The certificate of the AIS Server is not trusted here. Give its certificate authority in jde.caFile or jde.ca, or use the host name that stands in the certificate.',
  },
  'jde.answer_too_large': {
    kind: 'halt',
    hint: 'One answer of AIS was larger than jde.bodyBytesMax. Lower jde.pageSize.',
  },
  'jde.order_ignored': {
    kind: 'halt',
    hint: 'AIS returned rows out of the asked order, so a broken read could lose some. Sorting needs Tools 9.2.0.5 or later; nothing was skipped.',
  },
  'jde.quiet_hours': {
    kind: 'halt',
    hint: 'jde.quietHours forbid AIS calls now. The next run after them goes on.',
  },

  // Cin7 Core
  'cin7.unreachable': { kind: 'retry', hint: 'Check the internet connection and proxy of this machine.' },
  'cin7.timeout': { kind: 'retry', hint: 'Cin7 did not answer in time. Nothing to do unless it lasts.' },
  'cin7.rate_limited': {
    kind: 'retry',
    hint: 'Another program uses the same application key. Give it a key of its own, or set cin7.callsReserved.',
  },
  'cin7.server_error': {
    kind: 'retry',
    hint: 'Cin7 reported a failure of its own. Nothing to do unless it lasts.',
  },
  'cin7.answer_unreadable': {
    kind: 'retry',
    hint: 'The answer was cut off or is not JSON. Nothing to do unless it lasts.',
  },
  'cin7.write_unanswered': {
    kind: 'uncertain',
    hint: 'Nothing to do: the record is looked up before it is sent again.',
  },
  'cin7.credentials_refused': {
    kind: 'halt',
    hint: 'Check account id and application key under Integrations > API in Cin7 Core.',
  },
  'cin7.path_unknown': {
    kind: 'halt',
    hint: 'Check cin7.url: Cin7 answered with a web page instead of data.',
  },
  'cin7.list_inconsistent': {
    kind: 'retry',
    hint: 'A list of Cin7 changed while it was read. It is read again.',
  },
  'cin7.refused': {
    kind: 'park',
    hint: 'Cin7 refused the record with the words in the detail. Correct it in JDE or in the crosswalk; it is tried again when it changes, or with parked retry.',
  },
  'cin7.fails': {
    kind: 'park',
    hint: 'Cin7 fails on this record each time. Look for unusual characters or values in it, or ask Cin7 support with the time of the attempt; it is tried again when it changes, or with parked retry.',
  },
  'cin7.stored_differently': {
    kind: 'park',
    hint: 'Cin7 stored something else than was sent. Compare the record in Cin7 with the named fields, then parked retry.',
  },
  'cin7.record_gone': {
    kind: 'park',
    hint: 'The record linked to this JDE key is no longer in Cin7. Restore it there, or release the link with parked retry --relink.',
  },

  'cin7.nested_without_id': {
    kind: 'park',
    hint: 'Cin7 shows addresses or contacts of this supplier without an ID, so they cannot be changed from outside. Change them by hand in Cin7, then parked retry.',
  },

  // Where calls may go
  'outbound.host_refused': {
    kind: 'halt',
    hint: 'A connection calls the hosts of its own jde.url and cin7.url and no others. If the service has moved, correct the named setting.',
  },
  'outbound.address_refused': {
    kind: 'halt',
    hint: 'Correct the named setting or the name service. If the address is right, add the entry that the detail names to outbound.allowHosts of the connection.',
  },
  'outbound.encryption_required': {
    kind: 'halt',
    hint: 'Use https in the named setting, or add the entry that the detail names to outbound.allowHosts of the connection.',
  },
  'outbound.tls_checks_off': {
    kind: 'halt',
    hint: 'Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment. For a certificate of your own authority set jde.caFile or jde.ca, or NODE_EXTRA_CA_CERTS for all connections.',
  },

  // Records that cannot be mapped
  'jde.value_undecodable': { kind: 'park', hint: 'Correct the named field in JDE.' },
  'jde.value_masked': {
    kind: 'park',
    hint: 'Data privacy hides the value from the JDE user. Take the user off the address book data privacy list.',
  },
  'jde.row_missing': {
    kind: 'park',
    hint: 'The named row is not visible to the JDE user: it is absent or hidden by row security.',
  },
  'crosswalk.unmapped': {
    kind: 'park',
    hint: 'Map the code with crosswalk set, or set a default for its kind.',
  },
  'crosswalk.broken': {
    kind: 'park',
    hint: 'The code is mapped to something that is no longer active in Cin7. Map it anew with crosswalk set.',
  },
  'crosswalk.ambiguous': {
    kind: 'park',
    hint: 'Several entries in Cin7 fit. Choose one with crosswalk set.',
  },
  'accounts.unmatched': {
    kind: 'park',
    hint: 'No Cin7 account has this code. Choose one with crosswalk set account, or add it to the chart in Cin7.',
  },
  'accounts.not_usable': {
    kind: 'park',
    hint: 'The JDE account does not allow posting. Correct the account on the order line in JDE.',
  },
  'suppliers.name_missing': { kind: 'park', hint: 'Give the supplier a name in the JDE address book.' },
  'suppliers.name_too_long': { kind: 'park', hint: 'Cin7 allows 256 characters. Shorten the name in JDE.' },
  'suppliers.name_shared': {
    kind: 'park',
    hint: 'Two JDE suppliers have this name. Rename one, or set suppliers.duplicateName to suffix.',
  },
  'suppliers.several_in_cin7': {
    kind: 'park',
    hint: 'Several Cin7 suppliers have this name. Merge them in Cin7, or write the marker of this supplier into the comments of the right one.',
  },
  'suppliers.currency_missing': {
    kind: 'park',
    hint: 'Set the payables currency of the supplier in JDE, or a default for the currency kind of the crosswalk.',
  },
  'suppliers.currency_fixed': {
    kind: 'park',
    hint: 'The currency of a supplier that has documents cannot be changed in Cin7. Create a second supplier in JDE for the new currency.',
  },
  'purchases.supplier_waiting': {
    kind: 'park',
    hint: 'Nothing to do here: the order follows by itself once its supplier has arrived.',
  },
  'purchases.currency_differs': {
    kind: 'park',
    hint: 'In Cin7 a purchase is in the currency of its supplier. Use a supplier with the currency of the order.',
  },
  'purchases.quantity_not_positive': {
    kind: 'park',
    hint: 'Cin7 takes only quantities above zero. Correct the line in JDE, or cancel it.',
  },
  'purchases.credit_line': {
    kind: 'park',
    hint: 'Cin7 takes no negative lines on a purchase order. Enter the credit as a credit note in Cin7, or set purchases.negativeLines to send.',
  },
  'purchases.account_missing': {
    kind: 'park',
    hint: 'The line has no account. Enter one in JDE, or set purchases.chargeWithoutAccount to lineType.',
  },
  'purchases.date_missing': { kind: 'park', hint: 'Enter the order date in JDE.' },
  'purchases.unit_differs': {
    kind: 'park',
    hint: 'Order in the unit in which Cin7 keeps the item, map the unit with crosswalk set unit, or set purchases.otherUnit to primaryUnit.',
  },
  'purchases.several_locations': {
    kind: 'park',
    hint: 'A Cin7 purchase has one location. Split the order in JDE, map the branch/plants to one location, or set purchases.lineLocation to header.',
  },
  'purchases.on_hold': {
    kind: 'park',
    hint: 'The order is on hold in JDE. It is looked at again in every run and follows once it is released.',
  },
  'purchases.header_missing': {
    kind: 'park',
    hint: 'The order has lines but no visible header. Check row security of the JDE user on F4301.',
  },
  'suppliers.too_long': {
    kind: 'park',
    hint: 'The named text is longer than Cin7 allows. Shorten it in JDE.',
  },
  'purchases.too_long': {
    kind: 'park',
    hint: 'The named text is longer than Cin7 allows. Shorten it in JDE.',
  },
  'purchases.authorised_in_cin7': {
    kind: 'park',
    hint: 'The order was authorised in Cin7, which then refuses changes. Change it there by hand, or set purchases.authorisedChange to redo.',
  },
  'purchases.voided_in_cin7': {
    kind: 'park',
    hint: 'The purchase was voided in Cin7 but lives in JDE. Cancel it in JDE, or send it anew with parked retry --relink.',
  },
  'purchases.cancelled_after_authorised': {
    kind: 'park',
    hint: 'The order was cancelled in JDE after it was authorised in Cin7. Void it in Cin7 by hand.',
  },
  'purchases.supplier_changed': {
    kind: 'park',
    hint: 'The supplier of an order that is already in Cin7 was changed in JDE. Void the purchase in Cin7, then parked retry --relink.',
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof FAULTS;

type CodesOfKind<K extends FaultKind> = {
  [C in FaultCode]: (typeof FAULTS)[C]['kind'] extends K ? C : never;
}[FaultCode];

/** Codes of reasons to park one record. */
export type ParkCode = CodesOfKind<'park'>;
/** Codes that are thrown as a `Fault`. */
export type ThrownCode = Exclude<FaultCode, ParkCode>;
