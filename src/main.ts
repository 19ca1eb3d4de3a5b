import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseDay } from './calendar/day.ts';
import { Interrupted, note, sentenceOf, UsageTrouble } from './commands/say.ts';

/** Every command, with the help that a person reads. What a command needs is loaded when it runs. */
function commands(): Command {
  const program = new Command('fondly')
    .description(
      'Fondly remembers for a shop: every birthday, anniversary and purchase answered with the right card at the right local hour.',
    )
    .usage('<command> [options]')
    .helpCommand('help [command]', 'explain a command')
    .showSuggestionAfterError()
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) });
  addServices(program);
  addBusinessCommands(program);
  addLookingAhead(program);
  addCare(program);
  return program;
}

function addServices(program: Command): void {
  program.commandsGroup('Running:');
  program
    .command('start')
    .description('run everything: the pages, the planning and the sending')
    .action(async () => (await import('./commands/start.ts')).start({ web: true, worker: true }));
  program
    .command('web')
    .description('run only the pages')
    .action(async () => (await import('./commands/start.ts')).start({ web: true, worker: false }));
  program
    .command('worker')
    .description('run only the planning and the sending')
    .action(async () => (await import('./commands/start.ts')).start({ web: false, worker: true }));
  program
    .command('demo')
    .description('see it work: a sample shop, its last 30 days of cards, and nothing leaves this machine')
    .action(async () => (await import('./commands/demo.ts')).demo());
}

function addBusinessCommands(program: Command): void {
  program.commandsGroup('Your shop and its customers:');
  addBusiness(program);
  addMember(program);
  addImport(program);
  addPurchase(program);
}

function addBusiness(program: Command): void {
  const business = program.command('business').description('add a shop, or switch it on').exitOverride();
  business
    .command('add')
    .description('add a shop, with its occasions and cards; it practises until it is live')
    .requiredOption('--name <name>', 'its name, as it stands on cards')
    .requiredOption('--slug <slug>', 'a short name for commands and links, such as rosa')
    .requiredOption('--time-zone <zone>', 'where it is, such as Europe/London')
    .requiredOption('--from <"Name <a@b>">', 'the sender of its cards')
    .requiredOption('--postal-address <address>', 'stands under each card; \\n begins a new line')
    .option('--country <code>', 'two letters, such as GB; that of the time zone unless given')
    .option('--locale <tag>', 'its language, such as en-GB; that of the country unless given')
    .addOption(
      new Option('--uncertain <policy>', 'when nobody knows whether a card arrived').choices(['ask', 'retry']).default('ask'),
    )
    .option('--live', 'send for real from the start')
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/business-add.ts')).businessAdd(options));
  business
    .command('switch-on')
    .description('end the practice: from now on the cards of this shop are mailed')
    .argument('<slug>', 'the shop')
    .action(async (slug: string) => (await import('./commands/business-switch-on.ts')).businessSwitchOn(slug));
}

function addMember(program: Command): void {
  const member = program.command('member').description('let somebody in').exitOverride();
  member
    .command('reset')
    .description('print a link to choose a new password, for somebody who is locked out')
    .requiredOption('--email <email>', 'the address that they sign in with')
    .option('--without-code', 'switch their second factor off too')
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/member-reset.ts')).memberReset(options));
  member
    .command('invite')
    .description('print a link to become a member of a shop')
    .requiredOption('--business <slug>', 'the shop')
    .addOption(new Option('--role <role>', 'what they may do').choices(['owner', 'staff']).default('owner'))
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/member-invite.ts')).memberInvite(options));
}

function addImport(program: Command): void {
  program
    .command('import')
    .description('bring customers in from a CSV file or address cards (.vcf)')
    .argument('<file>', 'an export of your till, shop, address book or mailing program')
    .requiredOption('--business <slug>', 'the shop')
    .addOption(
      new Option('--basis <basis>', 'why you may write to them; to none nothing is ever sent')
        .choices(['customer', 'consent', 'none'])
        .default('customer'),
    )
    .option('--map <column=field>', 'what a column holds; may be given often', collect, [])
    .addOption(new Option('--date-order <order>', 'how 03/04/1980 is meant').choices(['dmy', 'mdy', 'ymd']))
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--json', 'print one JSON document')
    .action(async (file, options) => (await import('./commands/import.ts')).importFile(file, options));
}

function addPurchase(program: Command): void {
  const purchase = program.command('purchase').description('note a purchase').exitOverride();
  purchase
    .command('add')
    .description('note what a customer bought')
    .requiredOption('--business <slug>', 'the shop')
    .requiredOption('--email <email>', 'the customer’s address')
    .requiredOption('--on <date>', 'the day, such as 2027-02-28', day)
    .requiredOption('--amount <amount>', 'what it came to, such as 12.50')
    .requiredOption('--currency <code>', 'three letters, such as EUR')
    .option('--category <category>', 'what kind of thing it was')
    .option('--reference <reference>', 'your own number of it; the same one again is the same purchase')
    .option('--name <name>', 'whose it is, where several people share the address')
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/purchase-add.ts')).purchaseAdd(options));
}

function addLookingAhead(program: Command): void {
  program.commandsGroup('Looking ahead:');
  program
    .command('plan')
    .description('what will go out, and who will get nothing and why; leaves nothing behind')
    .requiredOption('--business <slug>', 'the shop')
    .requiredOption('--from <date>', 'the first day, such as 2027-01-01', day)
    .requiredOption('--to <date>', 'the last day', day)
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/plan.ts')).plan(options));
  program
    .command('simulate')
    .description('live through the same days in seconds, in a temporary copy; the cards become files')
    .requiredOption('--business <slug>', 'the shop')
    .requiredOption('--from <date>', 'the first day, such as 2027-01-01', day)
    .requiredOption('--to <date>', 'the last day', day)
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/simulate.ts')).simulate(options));
  program
    .command('render')
    .description('print a card as a customer would get it')
    .argument('<card>', 'the name of a gallery card, or the id of a published one')
    .requiredOption('--data <file>', 'a JSON file with the card’s fields')
    .option('--language <tag>', 'in which of its languages')
    .addOption(new Option('--part <part>', 'which part of it').choices(['html', 'text', 'subject']).default('html'))
    .action(async (card, options) => (await import('./commands/render.ts')).render(card, options));
}

function addCare(program: Command): void {
  program.commandsGroup('Care:');
  program
    .command('doctor')
    .description('check the settings, the database, the queue, the mail server and the DNS records')
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));
  program
    .command('migrate')
    .description('bring the database up to this version')
    .action(async () => (await import('./commands/migrate.ts')).migrate());
  program
    .command('backup')
    .description('write the whole installation into one file')
    .argument('<file>', 'where to; only you can read it')
    .action(async (file) => (await import('./commands/backup.ts')).backup(file));
  program
    .command('restore')
    .description('bring a backup back into an empty installation')
    .argument('<file>', 'a file that "backup" wrote')
    .action(async (file) => (await import('./commands/backup.ts')).restore(file));
}

function day(text: string): string {
  const read = parseDay(text);
  if (read === undefined) throw new InvalidArgumentError('Write a day like 2027-02-28.');
  return read;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** The exit code: 0, 1 for what went wrong, 2 for a command that was not understood, 130 after Ctrl-C. */
async function run(words: string[]): Promise<number> {
  try {
    await commands().parseAsync(words);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    return exitCodeFor(error);
  }
}

async function exitCodeFor(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return 130;
  const sentence = sentenceOf(error);
  if (sentence === undefined) await tellUnexpected(error);
  else note(sentence);
  return error instanceof UsageTrouble ? 2 : 1;
}

async function tellUnexpected(error: unknown): Promise<void> {
  const { loadConfig } = await import('./config.ts');
  const { createLog } = await import('./log.ts');
  const { logLevel } = loadConfig();
  const told = logLevel === 'debug' || logLevel === 'trace';
  if (told) createLog({ level: logLevel }).error({ err: error }, 'The command failed');
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  note(
    `Something went wrong that Fondly did not expect${code}.${told ? '' : ' Run it once more with LOG_LEVEL=debug to see more.'}`,
  );
}

// Whoever reads our output may stop in the middle, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv);
