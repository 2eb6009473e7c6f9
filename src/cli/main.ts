import { Command, CommanderError, Option } from 'commander';
import { type ExitCode, exitCodeOf, packageVersion, printError } from './output.ts';

/** Commands are loaded when they are called, so that `--help` needs none of the engine. */
async function main(argv: readonly string[]): Promise<void> {
  const program = await buildProgram(argv);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version are no errors; everything else is bad input.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    printError(error, { json: argv.includes('--json') });
    process.exitCode = exitCodeOf(error);
  }
}

async function buildProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('ml-connector')
    .description(
      'Keeps Cin7 Core in step with JD Edwards EnterpriseOne: suppliers, purchase orders, account codes.',
    )
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 bad input or configuration, 3 surroundings (network, credentials, store).',
    );

  program
    .command('demo')
    .description('Start both simulators with the sample company and sync them. Needs nothing else.')
    .option('--once', 'end after the sync instead of staying up')
    .addOption(json())
    .action(run(async (options) => (await import('./commands/demo.ts')).demo(options)));

  program
    .command('serve')
    .description('Serve the console and the HTTP API, and run schedules, until told to stop.')
    .option(
      '-c, --config <file>',
      'configuration; without one connections are made in the console',
      'ml-connector.yaml',
    )
    .option('--port <port>', 'port to listen on, instead of server.port')
    .addOption(json())
    .action(run(async (options) => (await import('./commands/serve.ts')).serve(options)));

  program
    .command('worker')
    .description('Carry out runs beside other processes on the same PostgreSQL, until told to stop.')
    .option('-c, --config <file>', 'configuration', 'ml-connector.yaml')
    .addOption(json())
    .action(run(async (options) => (await import('./commands/worker.ts')).worker(options)));

  const connection = program.command('connection').description('The two systems of a connection.');
  connected(
    connection
      .command('test')
      .description('Test each step of the way to JDE and Cin7, and say what to change where one fails.'),
  ).action(run(async (options) => (await import('./commands/connection-test.ts')).connectionTest(options)));

  connected(
    program.command('fit').description('Will it work? Read both systems, write nothing, answer on one page.'),
  ).action(run(async (options) => (await import('./commands/fit.ts')).fit(options)));
  backfilled(
    connected(
      program
        .command('plan')
        .description(
          'Show every change that a sync would make, its calls and minutes. Writes nothing to Cin7.',
        ),
    ),
  )
    .option('--show <n>', 'changes of each kind that are shown in full', '5')
    .option('--backfill', 'show what a backfill of these records would change instead')
    .action(run(async (options) => (await import('./commands/plan.ts')).plan(options)));
  backfilled(connected(program.command('sync').description('Bring Cin7 in step with JDE once.')))
    .option(
      '--backfill',
      'read these records again, whatever is known of them; alone: go on with the one under way',
    )
    .option('--discard', 'drop the backfill under way first')
    .action(run(async (options) => (await import('./commands/sync.ts')).sync(options)));
  connected(
    program
      .command('reconcile')
      .description(
        'Compare all records of both sides, and explain or list every difference. Changes nothing.',
      ),
  )
    .option('--flow <flow>', 'only accounts, suppliers or purchases')
    .option('--deep', 'open purchases and compare every field, as many as run.reconcileReads allows')
    .option('--show <n>', 'findings of each kind that are shown', '10')
    .option('--out <file>', 'write all findings to a CSV file')
    .addHelpText(
      'after',
      '\nExit code 0: no difference needs a person; records that wait for a known reason are none. 1: some do.',
    )
    .action(run(async (options) => (await import('./commands/reconcile.ts')).reconcile(options)));

  const records = program.command('records').description('Single suppliers, orders and accounts.');
  connected(
    records
      .command('search')
      .description('Find records by name, address number, order number, key, or number or id in Cin7.')
      .argument('<text>', 'part of a name, or a number such as "OP 4711"'),
  ).action(async (text: string, options) =>
    exit(await (await import('./commands/records.ts')).recordsSearch(text, options)),
  );
  connected(
    records
      .command('show')
      .description(
        'The whole life of a record: its rows in JDE, what Cin7 was sent, what it waits for, its trail.',
      )
      .argument('<record>', 'key of the record, or a text that finds it alone'),
  )
    .option('--flow <flow>', 'accounts, suppliers or purchases')
    .action(async (text: string, options) =>
      exit(await (await import('./commands/records.ts')).recordsShow(text, options)),
    );
  connected(
    records
      .command('replay')
      .description('Map what was last read of a record anew, and show what would be written.')
      .argument('<record>', 'key of the record, or a text that finds it alone'),
  )
    .option('--flow <flow>', 'accounts, suppliers or purchases')
    .option('--relink', 'forget the linked Cin7 object, so that the record is matched or made anew')
    .option('--apply', 'stage it for the next sync')
    .action(async (text: string, options) =>
      exit(await (await import('./commands/records.ts')).recordsReplay(text, options)),
    );

  const runs = program.command('runs').description('What was done.');
  connected(runs.command('list').description('The last runs, newest first.'))
    .option('--limit <n>', 'how many', '20')
    .action(run(async (options) => (await import('./commands/runs.ts')).runsList(options)));
  connected(
    runs
      .command('show')
      .description('One run with the outcome of each record.')
      .argument('<id>', 'id of the run, or its beginning'),
  ).action(async (id: string, options) =>
    exit(await (await import('./commands/runs.ts')).runsShow(id, options)),
  );

  const parked = program.command('parked').description('Records that cannot be written now, and why.');
  connected(
    parked
      .command('list')
      .description('Parked records by cause; each of them with --code, --flow or --json.'),
  )
    .option('--flow <flow>', 'accounts, suppliers or purchases')
    .option('--code <code>', 'only this cause, such as crosswalk.unmapped')
    .action(run(async (options) => (await import('./commands/parked.ts')).parkedList(options)));
  connected(
    parked
      .command('retry')
      .description('Ask for another try at the next sync.')
      .argument('[keys...]', 'keys of parked records'),
  )
    .option('--flow <flow>', 'all parked records of a flow')
    .option('--code <code>', 'all parked records of a cause')
    .option('--all', 'all parked records')
    .option('--relink', 'forget the linked Cin7 object first, so that the record is matched or made anew')
    .option('--dry-run', 'only count')
    .action(async (keys: string[], options) =>
      exit(await (await import('./commands/parked.ts')).parkedRetry(keys, options)),
    );

  const crosswalk = program
    .command('crosswalk')
    .description('The reference table: JDE codes and what they are in Cin7.');
  connected(crosswalk.command('list').description('All codes, those that need a person first.'))
    .option(
      '--kind <kind>',
      'account, item, paymentTerm, taxRule, currency, country, location, unit or serviceProduct',
    )
    .option('--state <state>', 'broken, ambiguous, unmatched, ignored, matched or confirmed')
    .action(run(async (options) => (await import('./commands/crosswalk.ts')).crosswalkList(options)));
  connected(
    crosswalk
      .command('set')
      .description('Map a code. The entry must exist in Cin7.')
      .argument('<kind>', 'kind of the code')
      .argument('<code>', 'JDE code; (blank) for the blank code')
      .argument('[target]', 'entry in Cin7; an empty text takes a choice back'),
  )
    .option('--no-check', 'do not look in Cin7 whether the entry exists')
    .option('--ignore', 'the code is not to be mapped')
    .option('--dry-run', 'only show what would change')
    .action(async (kind: string, code: string, target: string | undefined, options) =>
      exit(await (await import('./commands/crosswalk.ts')).crosswalkSet(kind, code, target, options)),
    );
  connected(
    crosswalk
      .command('import')
      .description('Map codes from a CSV file with the columns kind, code, target.')
      .argument('<file>', 'CSV file'),
  )
    .option('--dry-run', 'only show what would change')
    .action(async (file: string, options) =>
      exit(await (await import('./commands/crosswalk.ts')).crosswalkImport(file, options)),
    );
  connected(
    crosswalk
      .command('export')
      .description('Write all codes as CSV.')
      .argument('[file]', 'CSV file; without it to the terminal'),
  ).action(async (file: string | undefined, options) =>
    exit(await (await import('./commands/crosswalk.ts')).crosswalkExport(file, options)),
  );

  const audit = program
    .command('audit')
    .description('The audit trail: who did what, when, with old and new values.');
  trailed(audit.command('verify').description('Check that no entry was changed, removed, added or moved.'))
    .option('--all', 'the trails of all connections and of the program itself')
    .option('--anchor <file>', 'compare with anchors that were kept elsewhere, or with the one of an export')
    .option('--file <file>', 'verify an export in JSON Lines by itself')
    .option('--public-key <file...>', 'check signatures with these keys instead of the one in the vault')
    .action(run(async (options) => (await import('./commands/audit-verify.ts')).auditVerify(options)));
  trailed(
    audit
      .command('anchor')
      .description(
        'The end of the trail now. Kept elsewhere, it proves later that nothing was cut off or rewritten.',
      )
      .argument('[file]', 'file that it is added to; without it to the terminal'),
  )
    .option('--all', 'the trails of all connections and of the program itself')
    .action(async (file: string | undefined, options) =>
      exit(await (await import('./commands/audit-anchor.ts')).auditAnchor(file, options)),
    );
  trailed(
    audit.command('export').description('Write the trail as CSV, or as JSON Lines that can be verified.'),
  )
    .requiredOption('--format <format>', 'csv or jsonl')
    .option('--from <date>', 'from this UTC day or time on')
    .option('--to <date>', 'up to this UTC day or time')
    .option('--action <action...>', 'only these acts, such as record.created')
    .option('--record <key>', 'only this record')
    .option('--run <id>', 'only this run, by its id or the beginning of it')
    .option('--out <file>', 'file; without it to the terminal')
    .action(run(async (options) => (await import('./commands/audit-export.ts')).auditExport(options)));
  trailed(
    audit
      .command('prune')
      .description('Remove entries of former years behind signed summaries. Last outcomes of records stay.'),
  )
    .requiredOption('--before <date>', 'UTC day, at least 365 days ago')
    .option('--all', 'the trails of all connections and of the program itself')
    .option('--dry-run', 'only count')
    .action(run(async (options) => (await import('./commands/audit-prune.ts')).auditPrune(options)));
  audit
    .command('public-key')
    .description('The key with which anybody can check what the trail signs.')
    .option('-c, --config <file>', 'configuration', 'ml-connector.yaml')
    .addOption(json())
    .action(run(async (options) => (await import('./commands/audit-anchor.ts')).auditPublicKey(options)));

  const key = program.command('key').description('The keys that seal stored credentials.');
  keyed(
    key
      .command('check')
      .description(
        'Where the master key comes from, and whether every stored secret opens. Changes nothing.',
      ),
  ).action(run(async (options) => (await import('./commands/key.ts')).keyCheck(options)));
  keyed(
    key
      .command('rotate')
      .description(
        'New keys, and every secret sealed anew, while runs go on. Both layers, unless one is named.',
      ),
  )
    .option('--master', 'only the master key')
    .option('--data-keys', 'only the data keys of connections')
    .option('--dry-run', 'only count')
    .action(run(async (options) => (await import('./commands/key.ts')).keyRotate(options)));
  keyed(
    key
      .command('reset')
      .description(
        'Give up what a master key sealed that is lost for good. Without --yes it only says what would be lost.',
      ),
  )
    .option('--yes', 'remove what cannot be opened any more')
    .action(run(async (options) => (await import('./commands/key-reset.ts')).keyReset(options)));
  key
    .command('create')
    .description('Write a new master key to a file that only its owner may read.')
    .argument('<file>', 'file that does not exist yet')
    .addOption(json())
    .action(async (file: string, options) =>
      exit(await (await import('./commands/key.ts')).keyCreate(file, options)),
    );

  configured(
    program
      .command('doctor')
      .description('All that a support person would ask for, without a secret. Changes nothing.'),
  )
    .option('--online', 'call JDE and Cin7 as well: connection test of every connection, and clocks')
    .addHelpText('after', '\nExit code 0: no problem; warnings are none. 1: there are problems.')
    .action(run(async (options) => (await import('./commands/doctor.ts')).doctor(options)));

  configured(
    program
      .command('backup')
      .description(
        'Copy the embedded store to a file while the server is at work. The master key is not in it.',
      )
      .argument('<file>', 'file that does not exist yet'),
  ).action(async (file: string, options) =>
    exit(await (await import('./commands/backup.ts')).backup(file, options)),
  );
  configured(
    program
      .command('restore')
      .description('Put a backup in the place of the embedded store; the former one is kept aside.')
      .argument('<file>', 'backup'),
  )
    .option('--dry-run', 'only check the backup; the server may be at work')
    .action(async (file: string, options) =>
      exit(await (await import('./commands/restore.ts')).restore(file, options)),
    );

  program
    .command('migrate-store')
    .description('Copy the embedded store into an empty PostgreSQL database, and compare every row.')
    .option('--to <url>', 'postgres://user@host/database; default: the database that is configured')
    .option('--dry-run', 'only count what would be copied')
    .option('-c, --config <file>', 'configuration', 'ml-connector.yaml')
    .addOption(json())
    .action(run(async (options) => (await import('./commands/migrate-store.ts')).migrateStore(options)));

  const user = program.command('user').description('People who may sign in.');
  const users = async () => import('./commands/user.ts');
  configured(user.command('list').description('All users.')).action(
    run(async (options) => (await users()).userList(options)),
  );
  named(user.command('create').description('Make a user. Prints a password to hand over, this once.'))
    .requiredOption('--role <role>', 'viewer, operator or admin')
    .action(async (name: string, options) => exit(await (await users()).userCreate(name, options)));
  named(
    user.command('reset-password').description('Give a user a temporary password. All sessions end.'),
  ).action(async (name: string, options) => exit(await (await users()).userResetPassword(name, options)));
  named(user.command('set-role').description('Change the role of a user. All sessions end.'))
    .argument('<role>', 'viewer, operator or admin')
    .action(async (name: string, role: string, options) =>
      exit(await (await users()).userSetRole(name, role, options)),
    );
  named(user.command('disable').description('Shut a user out, with all sessions and API tokens.')).action(
    async (name: string, options) => exit(await (await users()).userDisable(name, options)),
  );
  named(user.command('enable').description('Let a disabled user in again.')).action(
    async (name: string, options) => exit(await (await users()).userEnable(name, options)),
  );
  named(
    user.command('reset-totp').description('Take the second factor away, where phone and codes are lost.'),
  ).action(async (name: string, options) => exit(await (await users()).userResetTotp(name, options)));
  named(user.command('sign-out').description('End all sessions of a user.')).action(
    async (name: string, options) => exit(await (await users()).userSignOut(name, options)),
  );

  const simulate = program.command('simulate').description('Stand-ins for both systems, to rehearse with.');
  // The list of switches is long and only needed here.
  const switchHelp = argv.includes('simulate')
    ? (await import('./commands/simulate.ts')).switchHelp
    : () => '';
  simulated(
    simulate.command('jde').description('An AIS server with the sample company, or a data set of yours.'),
    '7070',
  )
    .addHelpText('after', () => switchHelp('jde'))
    .action(run(async (options) => (await import('./commands/simulate.ts')).simulateJde(options)));
  simulated(simulate.command('cin7').description('A Cin7 Core company to write to.'), '7071')
    .option('--allowance <calls>', 'calls allowed per minute', '60')
    .addHelpText('after', () => switchHelp('cin7'))
    .action(run(async (options) => (await import('./commands/simulate.ts')).simulateCin7(options)));
  return program;
}

function connected(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration', 'ml-connector.yaml')
    .option('--connection <name>', 'which connection, where several are configured')
    .addOption(json());
}

function trailed(command: Command): Command {
  return connected(command).option('--system', 'the trail of the program itself');
}

function keyed(command: Command): Command {
  return command.option('-c, --config <file>', 'configuration', 'ml-connector.yaml').addOption(json());
}

function configured(command: Command): Command {
  return command.option('-c, --config <file>', 'configuration', 'ml-connector.yaml').addOption(json());
}

function named(command: Command): Command {
  return configured(command).argument('<name>', 'name of the user');
}

/** Which records a backfill takes. */
function backfilled(command: Command): Command {
  return command
    .option('--flow <flow>', 'backfill: only accounts, suppliers or purchases')
    .option('--since <day>', 'backfill: last changed in JDE on this day or later, such as 2026-01-31')
    .option('--until <day>', 'backfill: last changed in JDE on this day or earlier')
    .option('--from-key <key>', 'backfill: from this address number, order number or key on')
    .option('--to-key <key>', 'backfill: up to this address number, order number or key');
}

function simulated(command: Command, port: string): Command {
  return command
    .option(
      '--data <folder>',
      'CSV files in the shape of sample-company/README.md instead of the sample company',
    )
    .option('--port <port>', 'port on 127.0.0.1; 0 for any', port)
    .option('--scenario <file>', 'YAML file of switches, faults and events')
    .option('--switch <name=value...>', 'set a switch')
    .addOption(json());
}

const json = (): Option => new Option('--json', 'print JSON lines for programs');

/** Commander hands over options that it has parsed by the declarations above. */
function run(command: (options: never) => Promise<ExitCode>) {
  return async (options: unknown): Promise<void> => exit(await command(options as never));
}

function exit(code: ExitCode): void {
  process.exitCode = code;
}

// Whoever reads the output may have seen enough, as head does; the work goes on without him.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
await main(process.argv);
