/** The `writ` command: what it can do, one file per command. */
import { Command, CommanderError, Help, Option } from 'commander';
import { SOFTWARE_VERSION } from '@writ/gateway';
import { COMMANDS } from './commands/index.ts';
import { EXIT_BAD_INPUT, EXIT_CODES_HELP, EXIT_OK } from './exit-codes.ts';
import { watchOutput } from './terminal/index.ts';

/** Runs `writ` with `args`, the words after the command. Sets `process.exitCode`; never rejects. */
export async function runProgram(args: readonly string[]): Promise<void> {
  watchOutput();
  const program = await createProgram(asked(args)[0]);
  try {
    await program.parseAsync(asked(args), { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Help and version are answers; everything else commander throws is a wrong word on the command line.
    process.exitCode = thrown.exitCode === 0 ? EXIT_OK : EXIT_BAD_INPUT;
  }
}

/** `help COMMAND …` is what `COMMAND … --help` is. */
function asked(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  if (first !== 'help') return args;
  const [command] = rest;
  const isKnown = command === undefined || COMMANDS.has(command);
  // One that there is not is told as a wrong word.
  return isKnown ? [...rest, '--help'] : rest;
}

/** As commander describes it, but that a list which is empty unless somebody fills it is no default worth telling. */
function describeOption(option: Option): string {
  const isEmpty = Array.isArray(option.defaultValue) && option.defaultValue.length === 0;
  if (!isEmpty) return new Help().optionDescription(option);
  const plain = new Option(option.flags, option.description);
  return new Help().optionDescription(plain);
}

/** The program with the command that `first` is the word of; with all of them where it is none, to list or suggest them. */
async function createProgram(first: string | undefined): Promise<Command> {
  const program = new Command('writ')
    .description(
      'Governs what AI agents do: every action judged before it runs, and recorded so that anyone can verify it.',
    )
    .version(SOFTWARE_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .configureHelp({ optionDescription: describeOption })
    // What stands behind a command is that command's, also where one above it has the same option.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('(`writ --help` shows what there is)')
    .addHelpText('after', `\n${EXIT_CODES_HELP}`);
  const named = first === undefined ? undefined : COMMANDS.get(first);
  const loads = named === undefined ? new Set(COMMANDS.values()) : [named];
  for (const add of await Promise.all([...loads].map((load) => load()))) add(program);
  throwInsteadOfExit(program);
  return program;
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}
