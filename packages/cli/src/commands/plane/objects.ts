/** `writ people`, `teams`, `tokens`, `agents`, `fleet`, `stops`, `alerts`: objects of a control plane, each command a thin client of its API. */
import type { Command } from 'commander';
import { Fault, isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import { atPlane, type PlaneFlags } from '../../plane/index.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark } from '../../terminal/index.ts';
import { collectField, readBody } from './fields.ts';
import { type ObjectAction, type Resource, RESOURCES } from './resources.ts';
import { showList, showObject } from './show.ts';

interface ChangeFlags extends PlaneFlags {
  readonly field: JsonObject;
  readonly body?: string;
  readonly idempotencyKey?: string;
}

interface ListFlags extends PlaneFlags {
  readonly most: string;
}

const DEFAULT_MOST = '1000';
const HELP = `
Exit codes: 0 done, 1 the control plane refuses it, 2 it was asked wrongly or you are not signed in, 74 it cannot be reached or failed.`;

/** Adds the command of `word`. */
export function addObjects(word: string): (program: Command) => void {
  const resource = RESOURCES.find((one) => one.word === word);
  return (program) => {
    if (resource !== undefined) addResource(program, resource);
  };
}

function addResource(program: Command, resource: Resource): void {
  const { word, description, noun, create, canGet, changes, actions } = resource;
  const command = program
    .command(word)
    .description(description)
    .helpCommand(false)
    .addHelpText('after', HELP);
  shared(command.command('list').description(`list them`))
    .option('--most <number>', 'at most so many', DEFAULT_MOST)
    .action(runs((flags: ListFlags) => list(resource, flags)));
  if (canGet === true)
    shared(command.command('get').description(`show one`))
      .argument('<id>', `id of the ${noun}`)
      .action(runs((id: string, flags: PlaneFlags) => get(resource, id, flags)));
  if (create !== undefined)
    changing(command.command(create.word).description(create.description)).action(
      runs((flags: ChangeFlags) => change(flags, { method: 'POST', path: create.path ?? resource.path })),
    );
  if (changes !== undefined)
    changing(
      command
        .command('set')
        .description(changes === 'PUT' ? 'give all its fields anew' : 'change fields: `-F name=…`'),
    )
      .argument('<id>', `id of the ${noun}`)
      .action(runs((id: string, flags: ChangeFlags) => set(resource, changes, id, flags)));
  for (const action of actions)
    changing(command.command(action.word).description(action.description))
      .argument('<id>', `id of the ${noun}`)
      .action(runs((id: string, flags: ChangeFlags) => act(resource, action, id, flags)));
}

function shared(command: Command): Command {
  return command
    .option('--plane <url>', 'the control plane (default: WRIT_PLANE, else the one you signed in to last)')
    .option('--json', 'print one JSON object');
}

function changing(command: Command): Command {
  return shared(command)
    .option('-F, --field <name=value>', 'a field; a value that is JSON is taken as that', collectField, {})
    .option('--body <file>', 'all fields as a JSON object, `-` for standard input')
    .option('--idempotency-key <key>', 'of a change that was sent before: it is made once');
}

async function list({ path, columns, noun }: Resource, flags: ListFlags): Promise<number> {
  const most = Number(flags.most);
  if (!Number.isInteger(most) || most < 1) throw new Fault('cli.usage', '`--most` is no number from 1');
  const items = await atPlane(flags, (plane) => plane.list(path, most));
  if (flags.json === true) printJson({ items });
  else showList(items, columns, noun);
  return EXIT_OK;
}

async function get(resource: Resource, id: string, flags: PlaneFlags): Promise<number> {
  const { body } = await atPlane(flags, (plane) => plane.ask({ method: 'GET', path: pathOf(resource, id) }));
  show(body, flags);
  return EXIT_OK;
}

function set(resource: Resource, method: 'PATCH' | 'PUT', id: string, flags: ChangeFlags): Promise<number> {
  const path = pathOf(resource, id);
  return change(flags, { method, path, conditionOn: path });
}

function act(resource: Resource, action: ObjectAction, id: string, flags: ChangeFlags): Promise<number> {
  const path = pathOf(resource, id);
  return change(flags, {
    method: action.method,
    path: `${path}${action.path}`,
    ...(action.isConditional === true ? { conditionOn: path } : {}),
  });
}

interface ChangeOf {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Object that must still be as it is read now. */
  readonly conditionOn?: string;
}

async function change(flags: ChangeFlags, { method, path, conditionOn }: ChangeOf): Promise<number> {
  const fields = fieldsOf(flags);
  const { body, isReplayed } = await atPlane(flags, async (plane) => {
    const tag =
      conditionOn === undefined ? undefined : (await plane.ask({ method: 'GET', path: conditionOn })).tag;
    return plane.ask({
      method,
      path,
      ...(fields === undefined ? {} : { body: fields }),
      ...(tag === undefined ? {} : { match: tag }),
      ...(flags.idempotencyKey === undefined ? {} : { key: flags.idempotencyKey }),
    });
  });
  if (isReplayed) remark('it was made before, with the same key; this is what was answered then');
  show(body, flags);
  return EXIT_OK;
}

function fieldsOf({ field, body }: ChangeFlags): JsonObject | undefined {
  const isField = Object.keys(field).length > 0;
  if (body === undefined) return isField ? field : undefined;
  if (isField) throw new Fault('cli.usage', 'one of `--body` and `--field`, not both');
  return readBody(body);
}

/** Ids are ULIDs; anything else would lead to another path. */
function pathOf({ path, noun }: Resource, id: string): string {
  if (/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return `${path}/${id}`;
  throw new Fault('cli.usage', `\`${id.slice(0, 60)}\` is not the id of a ${noun}`, {
    hint: `\`list\` shows ids`,
  });
}

function show(body: JsonValue | undefined, { json }: PlaneFlags): void {
  if (json === true) printJson(body ?? {});
  else if (body === undefined) print('done');
  else if (isJsonObject(body)) showObject(body);
  else print(typeof body === 'string' ? body : JSON.stringify(body));
}
