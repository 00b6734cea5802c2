/** `writ api`: any route of a control plane. */
import { type Command, InvalidArgumentError } from 'commander';
import { Fault, type JsonObject } from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import { type Method, type PlaneFlags, whichPlane } from '../../plane/index.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark } from '../../terminal/index.ts';
import { collectField, readBody } from './fields.ts';

interface ApiFlags extends PlaneFlags {
  readonly field: JsonObject;
  readonly body?: string;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
}

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Adds the command to `program`. */
export function addApi(program: Command): void {
  program
    .command('api')
    .description('ask a control plane anything: `writ api GET /v1/me`; `/v1/reference` says what there is')
    .argument('<method>', METHODS.join(', '), parseMethod)
    .argument('<path>', 'such as /v1/people?limit=10')
    .option('-F, --field <name=value>', 'a field; a value that is JSON is taken as that', collectField, {})
    .option('--body <file>', 'all fields as a JSON object, `-` for standard input')
    .option('--if-match <tag>', 'the entity tag of the object as it was read')
    .option('--idempotency-key <key>', 'of a change that was sent before: it is made once')
    .option('--plane <url>', 'the control plane (default: WRIT_PLANE, else the one you signed in to last)')
    .option('--json', 'print one JSON object (as without it, where the answer is JSON)')
    .action(runs(ask));
}

async function ask(method: Method, path: string, flags: ApiFlags): Promise<number> {
  if (!/^\/[^\s#]*$/.test(path)) throw new Fault('cli.usage', 'a path begins with `/`');
  const { field, body: file, ifMatch: match, idempotencyKey: key } = flags;
  const fields = file === undefined ? (Object.keys(field).length > 0 ? field : undefined) : readBody(file);
  const plane = whichPlane(flags);
  try {
    const { body, tag, isReplayed } = await plane.ask({
      method,
      path,
      ...(fields === undefined ? {} : { body: fields }),
      ...(match === undefined ? {} : { match }),
      ...(key === undefined ? {} : { key }),
    });
    if (typeof body === 'string') print(body);
    else printJson(body ?? {});
    if (tag !== undefined && flags.json !== true) remark(`entity tag ${tag}`);
    if (isReplayed) remark('it was made before, with the same key; this is what was answered then');
  } finally {
    plane.close();
  }
  return EXIT_OK;
}

function parseMethod(text: string): Method {
  const method = METHODS.find((one) => one === text.toUpperCase());
  if (method !== undefined) return method;
  throw new InvalidArgumentError(`expected one of ${METHODS.join(', ')}`);
}
