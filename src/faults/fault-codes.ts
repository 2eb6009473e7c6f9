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
    hint: 'Set the named environment variable, or name a file that holds the credential.',
  },
  'config.connection_unknown': {
    kind: 'halt',
    hint: 'Use the name of a connection that stands in ml-connector.yaml.',
  },
  'input.invalid': { kind: 'halt', hint: 'Correct the named argument; --help shows what the command takes.' },
  'store.unusable': {
    kind: 'halt',
    hint: 'Check the path, the rights and the free space of the data folder.',
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
  'run.not_waiting': {
    kind: 'halt',
    hint: 'Another process took the run up, or it was stopped. See runs list.',
  },
  'run.deadline': {
    kind: 'halt',
    hint: 'The run took longer than run.deadlineMinutes. The next run goes on from here; raise the setting if this is a first load.',
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
    hint: 'The certificate of the AIS Server is not trusted here. Add its certificate authority, or use the host name that stands in the certificate.',
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
