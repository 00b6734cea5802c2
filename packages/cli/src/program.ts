/** The `writ` command: what it can do, one file per command. */
import { Command, CommanderError } from 'commander';
import { SOFTWARE_VERSION } from '@writ/gateway';
import {
  addApprovals,
  addAuthz,
  addClientConfig,
  addDecide,
  addDoctor,
  addEgress,
  addGateway,
  addInit,
  addKey,
  addKill,
  addLog,
  addMcp,
  addMirror,
  addPolicy,
  addRun,
  addServer,
  addToken,
  addTools,
  addWitness,
} from './commands/index.ts';
import { EXIT_BAD_INPUT, EXIT_CODES_HELP, EXIT_OK } from './exit-codes.ts';
import { watchOutput } from './terminal/index.ts';

/** Runs `writ` with `args`, the words after the command. Sets `process.exitCode`; never rejects. */
export async function runProgram(args: readonly string[]): Promise<void> {
  watchOutput();
  const program = createProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Help and version are answers; everything else commander throws is a wrong word on the command line.
    process.exitCode = thrown.exitCode === 0 ? EXIT_OK : EXIT_BAD_INPUT;
  }
}

function createProgram(): Command {
  const program = new Command('writ')
    .description(
      'Governs what AI agents do: every action judged before it runs, and recorded so that anyone can verify it.',
    )
    .version(SOFTWARE_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError('(`writ --help` shows what there is)')
    .addHelpText('after', `\n${EXIT_CODES_HELP}`);
  for (const add of [
    addInit,
    addMcp,
    addGateway,
    addEgress,
    addAuthz,
    addClientConfig,
    addDecide,
    addPolicy,
    addApprovals,
    addKill,
    addLog,
    addKey,
    addServer,
    addToken,
    addTools,
    addWitness,
    addMirror,
    addDoctor,
  ]) {
    add(program);
  }
  throwInsteadOfExit(program);
  return program;
}

function throwInsteadOfExit(command: Command): void {
    addRun,
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}
