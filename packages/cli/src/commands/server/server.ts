/** `writ server`: running a control plane, and signing in to MCP servers that want a person. */
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock, systemTimers } from '@writ/core';
import { signIn, signOut } from '@writ/gateway/mcp';
import { locate, type LocateOptions, requireConfig } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import {
  confirm,
  instant,
  isInteractive,
  openBrowser,
  print,
  printJson,
  remark,
  visible,
} from '../../terminal/index.ts';
import { parsePort } from '../serving.ts';
import { addAttestationKey } from './attestation-key.ts';
import { signInServer } from './sign-in-server.ts';
import { addStart } from './start.ts';

/** RFC 6749 §3.3. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

interface LoginOptions extends LocateOptions {
  readonly scope: readonly string[];
  readonly port?: number;
  readonly issuer?: string;
  readonly open: boolean;
}

/** Adds the commands to `program`. */
export function addServer(program: Command): void {
  const server = program
    .command('server')
    .description(
      'run a control plane (`start`); sign in to MCP servers (`login`, `logout`: `auth: {authorizationCode: …}`)',
    )
    .helpCommand(false);
  addStart(server);
  addAttestationKey(server);
  shared(
    server
      .command('login')
      .description('sign in to an MCP server, in a browser; its tokens are kept in the data folder'),
  )
    .argument('<name>', 'as `servers` of the configuration names it')
    .option('--scope <scopes>', 'more scopes than before, in quotes with spaces between', parseScopes, [])
    .option(
      '--issuer <url>',
      'agree that the server takes tokens of another authorization server now, this one',
    )
    .option(
      '--port <number>',
      'port of this machine that the browser comes back to (default: any)',
      parsePort,
    )
    .option('--no-open', 'print the address instead of opening it')
    .action(runs(login));
  shared(
    server
      .command('logout')
      .description('forget the tokens of an MCP server; they may count there until they end'),
  )
    .argument('<name>', 'as `servers` of the configuration names it')
    .action(runs(logout));
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

async function login(name: string, options: LoginOptions): Promise<number> {
  const located = locate(options);
  const server = signInServer(requireConfig(located), name);
  const { issuer: agreed, port, scope: scopes } = options;
  const signedIn = await signIn({
    server,
    data: located.data,
    environment: process.env,
    clock: systemClock,
    timers: systemTimers,
    scopes,
    ...(port === undefined ? {} : { port }),
    person: {
      open(url, { issuer, scope }) {
        remark(
          `sign in at ${visible(issuer)}, for ${scope === undefined ? 'what it grants by itself' : visible(scope)}:`,
        );
        remark(`  ${visible(url)}`);
        if (options.open && isInteractive()) openBrowser(url);
      },
      async confirmMove(issuer, before) {
        if (agreed !== undefined) return isSame(agreed, issuer);
        remark(
          `server ${name} takes tokens of ${visible(issuer)} now, and you signed in at ${visible(before)}`,
        );
        if (isInteractive()) return confirm('Sign in there?');
        remark(`with \`--issuer ${visible(issuer)}\` you agree to that`);
        return false;
      },
    },
  });
  const { issuer, scope, isRenewable, expires } = signedIn;
  if (options.json === true) printJson({ server: name, issuer, scope, renewable: isRenewable, expires });
  else {
    print(
      `signed in to server \`${name}\` at ${visible(issuer)}${scope === undefined ? '' : `, for ${visible(scope)}`}`,
    );
    if (!isRenewable && expires !== undefined)
      remark(`it ends at ${instant(expires)}, and cannot be renewed without you`);
  }
  return EXIT_OK;
}

function logout(name: string, options: LocateOptions): number {
  const located = locate(options);
  signInServer(requireConfig(located), name);
  const wasSignedIn = signOut(name, located.data);
  if (options.json === true) printJson({ server: name, was_signed_in: wasSignedIn });
  else print(wasSignedIn ? `the tokens of server \`${name}\` are forgotten` : 'nobody was signed in');
  return wasSignedIn ? EXIT_OK : EXIT_NEGATIVE;
}

function parseScopes(text: string, before: readonly string[]): readonly string[] {
  if (SCOPES.test(text)) return [...before, ...text.split(' ')];
  throw new InvalidArgumentError('expected scopes with single spaces between');
}

/** With and without a slash at the end. */
function isSame(left: string, right: string): boolean {
  return left.replace(/\/$/, '') === right.replace(/\/$/, '');
}
