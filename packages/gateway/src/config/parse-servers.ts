/** The `servers` of a configuration. */
import { resolve } from 'node:path';
import { SERVER_NAME } from '@writ/core';
import { checkTemplate } from './environment.ts';
import { parseAuth } from './parse-auth.ts';
import { invalid } from './place.ts';
import { parseTls } from './read-tls.ts';
import { readUrl } from './read-url.ts';
import type { PlacedValue } from './read-yaml.ts';
import {
  type Fields,
  readBoolean,
  readChoice,
  readDuration,
  readFields,
  readList,
  readMap,
  readText,
} from './shape.ts';
import { SERVER_ERAS, type ServerConfiguration, type ServerEra } from './types.ts';

/** Words that begin a protocol method (`tools/call`); a server of that name would make its tools look like methods. */
export const RESERVED_SERVER_NAMES: ReadonlySet<string> = new Set([
  'completion',
  'elicitation',
  'logging',
  'notifications',
  'prompts',
  'resources',
  'results',
  'roots',
  'sampling',
  'server',
  'subscriptions',
  'tasks',
  'tools',
]);
/** Names of environment variables, POSIX.1-2017 §8.1 with lower case. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PROCESS_FIELDS = ['command', 'env', 'cwd', 'trusted', 'era'];
const HTTP_FIELDS = ['url', 'insecure', 'timeout', 'toolsAge', 'allowLinkLocal', 'tls', 'auth'];
const SERVER_HINT =
  'write `command: [program, argument]` for one that is started, or `url: https://…` for one that is reached';
const LEAST_TIMEOUT_MS = 1_000;
const MOST_TIMEOUT_MS = 86_400_000;
const LEAST_LISTING_MS = 5_000;
const MOST_LISTING_MS = 86_400_000;

/** The servers in `value`, in its order. `folder` is where relative folders start. */
export function parseServers(value: PlacedValue, folder: string): readonly ServerConfiguration[] {
  return [...readMap(value)].map(([name, entry]) => {
    const problem = serverNameProblem(name);
    if (problem !== undefined) throw invalid(entry.place, problem.problem, problem.hint);
    return parseServer(name, entry.value, folder);
  });
}

/** Why `name` cannot be a server's name, or `undefined` where it can. */
export function serverNameProblem(
  name: string,
): { readonly problem: string; readonly hint: string } | undefined {
  const shown = name.slice(0, 60);
  if (!SERVER_NAME.test(name)) {
    return {
      problem: `\`${shown}\` is not a server name`,
      hint: 'lower-case letters, digits and `-`, at most 32, beginning with a letter or digit',
    };
  }
  if (RESERVED_SERVER_NAMES.has(name)) {
    return {
      problem: `\`${shown}\` begins protocol methods and cannot name a server`,
      hint: 'choose another name',
    };
  }
  return undefined;
}

function parseServer(name: string, value: PlacedValue, folder: string): ServerConfiguration {
  const fields = readFields(value, [...PROCESS_FIELDS, ...HTTP_FIELDS]);
  const url = fields.get('url');
  if ((url === undefined) === (fields.get('command') === undefined))
    throw invalid(fields.place, 'one of `command` and `url` is expected', SERVER_HINT);
  return url === undefined
    ? parseProcessServer(name, fields, folder)
    : parseHttpServer(name, url, fields, folder);
}

function parseProcessServer(name: string, fields: Fields, folder: string): ServerConfiguration {
  for (const other of HTTP_FIELDS) refuseField(fields, other, 'is for a server with a `url`');
  const command = readList(fields.need('command', SERVER_HINT)).map(readText);
  const [program, ...args] = command;
  if (program === undefined)
    throw invalid(fields.place, 'the command is empty', 'write `command: [program, argument]`');
  const cwd = fields.get('cwd');
  const env = fields.get('env');
  return {
    name,
    command: [program, ...args],
    env: env === undefined ? {} : parseEnvironment(env),
    cwd: cwd === undefined ? folder : resolve(folder, readText(cwd)),
    ...parseCommon(fields),
  };
}

function parseHttpServer(
  name: string,
  url: PlacedValue,
  fields: Fields,
  folder: string,
): ServerConfiguration {
  for (const other of ['env', 'cwd']) refuseField(fields, other, 'is for a server with a `command`');
  const insecure = fields.get('insecure');
  const timeout = fields.get('timeout');
  const toolsAge = fields.get('toolsAge');
  const linkLocal = fields.get('allowLinkLocal');
  const tls = fields.get('tls');
  const auth = fields.get('auth');
  return {
    name,
    url: readUrl(url, insecure !== undefined && readBoolean(insecure)),
    ...(timeout === undefined ? {} : { timeoutMs: readDuration(timeout, LEAST_TIMEOUT_MS, MOST_TIMEOUT_MS) }),
    ...(toolsAge === undefined
      ? {}
      : { listingMs: readDuration(toolsAge, LEAST_LISTING_MS, MOST_LISTING_MS) }),
    ...(linkLocal === undefined ? {} : { allowsLinkLocal: readBoolean(linkLocal) }),
    ...(tls === undefined ? {} : { tls: parseTls(tls, folder) }),
    ...(auth === undefined ? {} : { auth: parseAuth(auth, folder) }),
    ...parseCommon(fields),
  };
}

function parseCommon(fields: Fields): { readonly isTrusted: boolean; readonly era?: ServerEra } {
  const trusted = fields.get('trusted');
  const era = fields.get('era');
  return {
    isTrusted: trusted === undefined ? false : readBoolean(trusted),
    ...(era === undefined ? {} : { era: readChoice(era, SERVER_ERAS) }),
  };
}

function refuseField(fields: Fields, name: string, why: string): void {
  const value = fields.get(name);
  if (value !== undefined) throw invalid(value.place, `\`${name}\` ${why}`);
}

function parseEnvironment(value: PlacedValue): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, entry] of readMap(value)) {
    if (!VARIABLE_NAME.test(name))
      throw invalid(entry.place, `\`${name.slice(0, 60)}\` is not the name of a variable`);
    // Values are never quoted: a number or a list that stands here may be a secret as well.
    if (entry.value.kind !== 'scalar' || typeof entry.value.value !== 'string')
      throw invalid(entry.value.place, 'found something else, expected text', 'quote it');
    const template = readText(entry.value);
    const problem = checkTemplate(template);
    if (problem !== undefined)
      throw invalid(
        entry.value.place,
        problem,
        'write `${NAME}` for the value of NAME, `$$` for a dollar sign',
      );
    environment[name] = template;
  }
  return environment;
}
