/** The `servers` of a configuration. */
import { resolve } from 'node:path';
import { SERVER_NAME } from '@writ/core';
import { checkTemplate } from './environment.ts';
import { invalid } from './place.ts';
import type { PlacedValue } from './read-yaml.ts';
import { readBoolean, readFields, readList, readMap, readText } from './shape.ts';
import type { ServerConfiguration } from './types.ts';

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
const FIELDS = ['command', 'env', 'cwd', 'trusted'];

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
  const fields = readFields(value, FIELDS);
  const command = readList(fields.need('command', 'write `command: [program, argument]`')).map(readText);
  const [program, ...args] = command;
  if (program === undefined)
    throw invalid(fields.place, 'the command is empty', 'write `command: [program, argument]`');
  const cwd = fields.get('cwd');
  const trusted = fields.get('trusted');
  const env = fields.get('env');
  return {
    name,
    command: [program, ...args],
    env: env === undefined ? {} : parseEnvironment(env),
    cwd: cwd === undefined ? folder : resolve(folder, readText(cwd)),
    isTrusted: trusted === undefined ? false : readBoolean(trusted),
  };
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
