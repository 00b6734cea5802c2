/** `writ login` and `writ logout`: as whom commands ask a control plane. */
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Command } from 'commander';
import { Fault, isJsonObject, isFault, type JsonObject } from '@writ/core';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import {
  openKept,
  originOf,
  type PlaneCredential,
  planesFile,
  readPlanes,
  writePlanes,
} from '../../plane/index.ts';
import { runs } from '../../run.ts';
import { deviceToken } from './device-token.ts';
import { askPassphrase, isInteractive, print, printJson, remark, visible } from '../../terminal/index.ts';

interface LoginFlags {
  readonly tokenStdin?: boolean;
  /** `false` of `--no-device`. */
  readonly device?: boolean;
  readonly roles?: string;
  readonly days?: string;
  readonly browser?: boolean;
  readonly ca?: string;
  readonly pin?: string;
  readonly json?: boolean;
}

interface LogoutFlags {
  readonly revoke?: boolean;
  readonly json?: boolean;
}

const HELP = `

Exit codes: 0 signed in, 1 it was refused or nobody agreed in time, 2 it was asked wrongly or the token is not good, 74 the
control plane cannot be reached or failed.`;
const TOKEN = /^writ_[0-9A-Z]{26}_[0-9A-Z]{26}_[A-Za-z0-9_-]{43}$/;

/** Adds both commands to `program`. */
export function addLogin(program: Command): void {
  program
    .command('login')
    .description(
      'be known to a control plane: agree in your browser, or give an API token; never as an argument',
    )
    .argument('<url>', 'its address, such as https://plane.example.org')
    .option(
      '--device',
      'sign in through your browser, on this machine or another one (default on a terminal)',
    )
    .option('--no-device', 'ask for an API token instead')
    .option(
      '--roles <names>',
      'ask for these roles alone, such as `reader,writer` (default: all that you have)',
    )
    .option('--days <number>', 'ask for a token of so many days, at most 90 (default: 30)')
    .option('--no-browser', 'print the link, and open no browser')
    .option('--token-stdin', 'read an API token from standard input')
    .option('--ca <file>', 'authorities that its certificate is checked against, in PEM')
    .option('--pin <sha256>', 'SHA-256 of its public key in base64, as `openssl` tells it')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
On a terminal you are shown a link and a code; whoever is signed in at the control plane opens the link, compares the code
and agrees, and this command is given an API token of theirs. Otherwise the token is that of WRIT_TOKEN, or of standard
input. It is kept in your configuration folder, mode 0600.${HELP}`,
    )
    .action(runs(login));
  program
    .command('logout')
    .description('forget the token of a control plane')
    .argument('[url]', 'its address (default: the one you signed in to last)')
    .option(
      '--revoke',
      'and have the control plane refuse it from now on (default for one that `writ login` got through your browser)',
    )
    .option('--no-revoke', 'forget it here alone, also where the control plane cannot be reached')
    .option('--json', 'print one JSON object')
    .action(runs(logout));
}

async function login(address: string, flags: LoginFlags): Promise<number> {
  const reached = {
    url: originOf(address),
    ...(flags.ca === undefined ? {} : { ca: resolve(flags.ca) }),
    ...(flags.pin === undefined ? {} : { pin: flags.pin }),
  };
  const { url } = reached;
  const isOwn = isByDevice(flags);
  const token = isOwn ? await deviceToken(reached, flags) : await readToken(flags);
  const credential: PlaneCredential = { ...reached, token, ...(isOwn ? { isOwn } : {}) };
  const me = await whoAmI(credential);
  const file = planesFile(process.env);
  writePlanes(file, [credential, ...readPlanes(file).filter((one) => one.url !== url)]);
  if (flags.json === true) printJson({ plane: url, me });
  else {
    const roles = Array.isArray(me['roles']) ? me['roles'].join(', ') : '';
    print(
      `signed in to ${visible(url)} as ${visible(typeof me['name'] === 'string' ? me['name'] : 'somebody')} (${visible(roles)})`,
    );
  }
  return EXIT_OK;
}

async function logout(address: string | undefined, flags: LogoutFlags): Promise<number> {
  const file = planesFile(process.env);
  const planes = readPlanes(file);
  const url = address === undefined ? planes[0]?.url : originOf(address);
  const kept = planes.find((one) => one.url === url);
  let isRevoked = false;
  if (kept !== undefined) {
    if (flags.revoke ?? kept.isOwn === true) isRevoked = await revoke(kept);
    writePlanes(
      file,
      planes.filter((one) => one !== kept),
    );
  }
  if (flags.json === true)
    printJson({ plane: url ?? null, was_signed_in: kept !== undefined, revoked: isRevoked });
  else if (kept === undefined) print('nobody was signed in');
  else {
    print(`the token of ${visible(kept.url)} is forgotten${isRevoked ? ' and revoked' : ''}`);
    if (!isRevoked) remark('it is good there until it expires; `writ logout --revoke` ends it');
  }
  return kept === undefined ? EXIT_NEGATIVE : EXIT_OK;
}

/** Through the browser where that is asked for, and on a terminal, where no token is given otherwise. */
function isByDevice({ device, tokenStdin }: LoginFlags): boolean {
  if (tokenStdin === true || device === false) {
    if (tokenStdin === true && device === true)
      throw new Fault('cli.usage', 'one of `--device` and `--token-stdin`, not both');
    return false;
  }
  return device === true || (isInteractive() && (process.env['WRIT_TOKEN']?.trim() ?? '') === '');
}

/** From the environment, standard input, or the person; never from the arguments, which every user of the machine can read. */
async function readToken({ tokenStdin }: LoginFlags): Promise<string> {
  const given = process.env['WRIT_TOKEN']?.trim() ?? '';
  const token =
    tokenStdin !== true && given !== ''
      ? given
      : tokenStdin === true || !isInteractive()
        ? (await text(process.stdin)).trim()
        : (await askPassphrase('API token')).trim();
  if (TOKEN.test(token)) return token;
  throw new Fault('cli.usage', token === '' ? 'there is no token' : 'that is no API token', {
    hint: 'sign in through your browser with `--device`, or make one on the sign-in page of the control plane',
  });
}

async function whoAmI(credential: PlaneCredential): Promise<JsonObject> {
  const plane = openKept(credential);
  try {
    const { body } = await plane.ask({ method: 'GET', path: '/v1/me' });
    return isJsonObject(body) ? body : {};
  } finally {
    plane.close();
  }
}

/** Gives the token back (RFC 7009): it is good no more; one that was not any more is as gone. Throws where nobody heard of it. */
async function revoke(credential: PlaneCredential): Promise<boolean> {
  const plane = openKept(credential);
  try {
    await plane.ask({
      method: 'POST',
      path: '/v1/device-logins/revocation',
      body: { token: credential.token, token_type_hint: 'access_token' },
    });
    return true;
  } catch (cause) {
    if (!isFault(cause)) throw cause;
    const hint = 'try again when it is there, or forget the token here alone: `writ logout --no-revoke`';
    throw new Fault(
      cause.code,
      `the token is not revoked, and not forgotten: ${cause.message}`,
      { hint },
      { cause },
    );
  } finally {
    plane.close();
  }
}
