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

  const connection = program.command('connection').description('The two systems of a connection.');
  connected(
    connection
      .command('test')
      .description('Test each step of the way to JDE and Cin7, and say what to change where one fails.'),
  ).action(run(async (options) => (await import('./commands/connection-test.ts')).connectionTest(options)));

  connected(
    program.command('fit').description('Will it work? Read both systems, write nothing, answer on one page.'),
  ).action(run(async (options) => (await import('./commands/fit.ts')).fit(options)));
  connected(
    program
      .command('plan')
      .description(
        'Show every change that a sync would make, its calls and minutes. Writes nothing to Cin7.',
      ),
  )
    .option('--show <n>', 'changes of each kind that are shown in full', '5')
    .action(run(async (options) => (await import('./commands/plan.ts')).plan(options)));
  connected(program.command('sync').description('Bring Cin7 in step with JDE once.')).action(
    run(async (options) => (await import('./commands/sync.ts')).sync(options)),
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

  program
    .command('migrate-store')
    .description('Copy the embedded store into an empty PostgreSQL database, and compare every row.')
    .option('--to <url>', 'postgres://user@host/database; default: the database that is configured')
    .option('--dry-run', 'only count what would be copied')
    .option('-c, --config <file>', 'configuration', 'ml-connector.yaml')
    .addOption(json())
    .action(run(async (options) => (await import('./commands/migrate-store.ts')).migrateStore(options)));

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

await main(process.argv);
