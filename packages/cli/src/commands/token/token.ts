/** `writ token`: API tokens, by which agents without an identity provider call `writ gateway`. */
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '@writ/core';
import { type StoredToken, TokenFolder } from '@writ/gateway';
import { locate, type LocateOptions } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { instant, print, printJson, printTable, visible } from '../../terminal/index.ts';
import { create, DAY_MS, DEFAULT_DAYS } from './create.ts';
import { revoke } from './revoke.ts';

const MAX_DAYS = 400;

/** Adds the commands to `program`. */
export function addToken(program: Command): void {
  const token = program
    .command('token')
    .description('API tokens for agents that call `writ gateway` without an identity provider')
    .helpCommand(false);
  shared(token.command('create').description('make a token; it is printed once and kept as a hash'))
    .requiredOption('--agent <id>', 'the agent that it is')
    .option('--team <name>', 'the agent’s team')
    .option('--org <name>', 'the agent’s organisation')
    .option('--person <id>', 'the person that the agent acts for')
    .option('--role <name>', 'a role of the person; may be repeated', collect, [])
    .option('--scope <name>', 'a scope that it is granted; may be repeated', collect, [])
    .option('--note <text>', 'what it is for')
    .option('--days <number>', `how long it counts, 1 to ${MAX_DAYS} (default: ${DEFAULT_DAYS})`, parseDays)
    .action(runs(create));
  shared(token.command('list').description('show the tokens; none of them is kept')).action(runs(list));
  shared(token.command('revoke').description('end a token; its next call is refused, in every process'))
    .argument('<id>', 'as `writ token list` shows it; `-` reads the token itself from standard input')
    .action(runs(revoke));
  shared(token.command('prune').description('take away what is kept of tokens that have expired')).action(
    runs(prune),
  );
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

function list(options: LocateOptions): number {
  const tokens = new TokenFolder(locate(options).data).list();
  const now = systemClock.now();
  if (options.json === true) {
    printJson({
      tokens: tokens.map(({ hash: _hash, ...token }) => ({ ...token, status: statusOf(token, now) })),
    });
    return EXIT_OK;
  }
  if (tokens.length === 0) print('there is no token');
  printTable(
    tokens.map((token) => [
      token.id,
      statusOf(token, now),
      instant(token.expires),
      visible(token.agent.id),
      visible(token.person === undefined ? '' : `for ${token.person.id}`),
      visible(token.note ?? ''),
    ]),
  );
  return EXIT_OK;
}

function statusOf(
  token: Pick<StoredToken, 'revoked' | 'expires'>,
  now: number,
): 'valid' | 'revoked' | 'expired' {
  if (token.revoked !== undefined) return 'revoked';
  return now < token.expires ? 'valid' : 'expired';
}

function prune(options: LocateOptions): number {
  const ended = new TokenFolder(locate(options).data).prune(systemClock.now()).map(({ id }) => id);
  if (options.json === true) printJson({ pruned: ended });
  else print(ended.length === 0 ? 'no token has expired' : `took away ${ended.join(', ')}`);
  return EXIT_OK;
}

function parseDays(text: string): number {
  const days = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MAX_DAYS) return days * DAY_MS;
  throw new InvalidArgumentError(`expected a number of days from 1 to ${MAX_DAYS}`);
}
