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
import { askPassphrase, isInteractive, print, printJson, remark, visible } from '../../terminal/index.ts';

interface LoginFlags {
  readonly tokenStdin?: boolean;
  readonly ca?: string;
  readonly pin?: string;
  readonly json?: boolean;
}

interface LogoutFlags {
  readonly revoke?: boolean;
  readonly json?: boolean;
}

const TOKEN = /^writ_[0-9A-Z]{26}_([0-9A-Z]{26})_[A-Za-z0-9_-]{43}$/;

/** Adds both commands to `program`. */
export function addLogin(program: Command): void {
  program
    .command('login')
    .description('be known to a control plane by an API token; it is asked for, and never an argument')
    .argument('<url>', 'its address, such as https://plane.example.org')
    .option('--token-stdin', 'read the token from standard input')
    .option('--ca <file>', 'authorities that its certificate is checked against, in PEM')
    .option('--pin <sha256>', 'SHA-256 of its public key in base64, as `openssl` tells it')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe token is that of WRIT_TOKEN, of standard input, or typed. It is kept in your configuration folder, mode 0600.',
    )
    .action(runs(login));
  program
    .command('logout')
    .description('forget the token of a control plane')
    .argument('[url]', 'its address (default: the one you signed in to last)')
    .option('--revoke', 'and have the control plane refuse it from now on')
    .option('--json', 'print one JSON object')
    .action(runs(logout));
}

async function login(address: string, flags: LoginFlags): Promise<number> {
  const url = originOf(address);
  const token = await readToken(flags);
  const credential: PlaneCredential = {
    url,
    token,
    ...(flags.ca === undefined ? {} : { ca: resolve(flags.ca) }),
    ...(flags.pin === undefined ? {} : { pin: flags.pin }),
  };
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
    if (flags.revoke === true) isRevoked = await revoke(kept);
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
    hint: 'make one on the sign-in page of the control plane, or with `writ tokens create`',
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

/** Whether it is good no more; one that was not any more is as gone. */
async function revoke(credential: PlaneCredential): Promise<boolean> {
  const plane = openKept(credential);
  try {
    await plane.ask({ method: 'DELETE', path: `/v1/api-tokens/${TOKEN.exec(credential.token)?.[1] ?? ''}` });
    return true;
  } catch (fault) {
    if (isFault(fault, 'plane.unauthenticated')) return true;
    throw fault;
  } finally {
    plane.close();
  }
}
