/** `writ policy push`, `versions`, `version`, `review` and `report`: versions of policies at a control plane. They have no meaning without one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  Fault,
  fromUtf8,
  isInForce,
  type JsonObject,
  type JsonValue,
  ownProperty,
  type SetFile,
} from '@writ/core';
import { readPolicyInput } from '@writ/gateway';
import { EXIT_NEGATIVE, EXIT_OK } from '../../../exit-codes.ts';
import {
  atPlane,
  type Plane,
  type PlaneFlags,
  numberIn,
  objectIn,
  objectsIn,
  textIn,
} from '../../../plane/index.ts';
import { runs } from '../../../run.ts';
import { print, printJson, remark, visible } from '../../../terminal/index.ts';
import { readBody, showList, showObject } from '../../plane/index.ts';

const HELP = `
Exit codes: 0 done, 1 the control plane refuses it, or a case fails, 2 it was asked wrongly or you are not signed in, 74 it cannot be reached or failed.`;
const VERSIONS = '/v1/policy-versions';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const MOST = 10_000;
/** Where the cases of a set stand, which are no part of what is in force. */
const TESTS = 'tests';
/** Fields of a replay's report that a control plane takes; examples, which show arguments, stay here. */
const REPORTED = [
  'policyHash',
  'same',
  'differs',
  'erased',
  'sealed',
  'unasked',
  'unrecorded',
  'otherSchema',
];
const GROUPED = ['from', 'to', 'fields', 'before', 'after', 'count'];

interface ChangeFlags extends PlaneFlags {
  readonly idempotencyKey?: string;
}

interface PushFlags extends ChangeFlags {
  readonly ref?: string;
  readonly note?: string;
}

/** Adds the commands to `policy`. */
export function addVersions(policy: Command): void {
  changing(
    policy
      .command('push')
      .description(
        'give a control plane a policy set as a version that never changes; its cases are run there',
      ),
  )
    .argument('<folder>', 'the folder of a policy set, with its cases in `tests/`')
    .option('--ref <text>', 'where it comes from, as a commit')
    .option('--note <text>', 'what changes, for whoever reviews it')
    .action(runs(push));
  shared(policy.command('versions').description('list the versions at a control plane')).action(runs(list));
  shared(policy.command('version').description('show one, with what people said of it'))
    .argument('<id>', 'id of the version')
    .action(runs(get));
  changing(policy.command('review').description('approve or reject a version that you did not write'))
    .argument('<id>', 'id of the version')
    .argument('<verdict>', '`approve` or `reject`', parseVerdict)
    .option('--reason <text>', 'why; everybody reads it')
    .action(runs(review));
  changing(
    policy.command('report').description('tell what a replay of recorded decisions under a version came to'),
  )
    .argument('<id>', 'id of the version')
    .argument('<file>', 'what `writ policy replay --json` printed, `-` for standard input')
    .action(runs(report));
}

/** Options of every command here. */
export function shared(command: Command): Command {
  return command
    .option('--plane <url>', 'the control plane (default: WRIT_PLANE, else the one you signed in to last)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP);
}

/** And of those that change something. */
export function changing(command: Command): Command {
  return shared(command).option(
    '--idempotency-key <key>',
    'of a change that was sent before: it is made once',
  );
}

async function push(folder: string, flags: PushFlags): Promise<number> {
  const files = filesOf(resolve(folder));
  const { ref, note } = flags;
  const made = await change(flags, {
    path: VERSIONS,
    body: {
      files: files.map(({ path, text }) => ({ path, text })),
      ...(ref === undefined ? {} : { ref }),
      ...(note === undefined ? {} : { note }),
    },
  });
  const cases = objectIn(made['cases']);
  const failed = numberIn(cases, 'failed');
  if (flags.json === true) printJson(made);
  else {
    print(`version ${textIn(made, 'id')}: ${numberIn(cases, 'passed')} cases passed, ${failed} failed`);
    for (const failure of objectsIn(made, 'failures')) print(`failed  ${visible(textIn(failure, 'name'))}`);
    remark('somebody else reviews it: `writ policy review ID approve`');
  }
  return failed > 0 ? EXIT_NEGATIVE : EXIT_OK;
}

/** The files of a set as they are kept: with `/`, and its cases among them. */
function filesOf(folder: string): readonly SetFile[] {
  const input = readPolicyInput([folder], folder);
  if (input.kind !== 'set')
    throw new Fault('policy.syntax', `\`${folder}\` is no policy set: a version is a whole one`, {
      hint: 'put a `policy-set.yaml` with `name` and `version` into it',
    });
  const inForce = input.files.map(({ name, text }) => ({ path: name.replaceAll('\\', '/'), text }));
  return [...inForce.filter(isInForce), ...casesOf(folder)];
}

function casesOf(folder: string): readonly SetFile[] {
  const tests = join(folder, TESTS);
  let names: readonly string[];
  try {
    names = readdirSync(tests);
  } catch {
    return [];
  }
  return names
    .map((name) => ({ path: `${TESTS}/${name}`, file: join(tests, name) }))
    .filter(({ path }) => !isInForce({ path }))
    .map(({ path, file }) => ({ path, text: readText(file) }));
}

function readText(file: string): string {
  try {
    return fromUtf8(readFileSync(file));
  } catch (cause) {
    throw new Fault(
      'policy.unreadable',
      `cannot read \`${relative('.', file)}\` as UTF-8 text`,
      { file },
      { cause },
    );
  }
}

async function list(flags: PlaneFlags): Promise<number> {
  const items = await atPlane(flags, (plane) => plane.list(VERSIONS, MOST));
  if (flags.json === true) printJson({ items });
  else
    showList(items, ['id', 'name', 'status', 'cases.passed', 'cases.failed', 'note', 'created'], 'version');
  return EXIT_OK;
}

async function get(id: string, flags: PlaneFlags): Promise<number> {
  const body = await atPlane(flags, async (plane) =>
    objectIn((await plane.ask({ method: 'GET', path: pathOf(id) })).body),
  );
  if (flags.json === true) printJson(body);
  else showObject(body);
  return EXIT_OK;
}

async function review(
  id: string,
  verdict: 'approve' | 'reject',
  flags: ChangeFlags & { readonly reason?: string },
): Promise<number> {
  const { reason } = flags;
  const body = await change(flags, {
    path: `${pathOf(id)}/reviews`,
    conditionOn: pathOf(id),
    body: { verdict, ...(reason === undefined ? {} : { reason }) },
  });
  if (flags.json === true) printJson(body);
  else print(`version ${id} is ${visible(textIn(body, 'status'))}`);
  return EXIT_OK;
}

async function report(id: string, file: string, flags: ChangeFlags): Promise<number> {
  const replay = readBody(file);
  const groups = objectsIn(replay, 'groups').map((group) => only(group, GROUPED));
  const body = await change(flags, {
    method: 'PUT',
    path: `${pathOf(id)}/replay`,
    conditionOn: pathOf(id),
    body: { ...only(replay, REPORTED), groups },
  });
  if (flags.json === true) printJson(body);
  else
    print(
      `${numberIn(replay, 'same')} the same, ${numberIn(replay, 'differs')} otherwise; reported for version ${id}`,
    );
  return EXIT_OK;
}

function only(object: JsonObject, names: readonly string[]): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = ownProperty(object, name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** One change. */
export interface PlaneChange {
  readonly method?: 'POST' | 'PUT';
  readonly path: string;
  readonly body: JsonObject;
  /** Object that must still be as it is read now. */
  readonly conditionOn?: string;
}

/** Makes it at the control plane of `flags`, of the object as it stands; answers what it is then. */
export function change(flags: ChangeFlags, made: PlaneChange): Promise<JsonObject> {
  return atPlane(flags, (plane) => changeAt(plane, flags, made));
}

/** The same where the control plane is open already. */
export async function changeAt(
  plane: Plane,
  { idempotencyKey: key }: ChangeFlags,
  { method = 'POST', path, body, conditionOn }: PlaneChange,
): Promise<JsonObject> {
  const tag =
    conditionOn === undefined ? undefined : (await plane.ask({ method: 'GET', path: conditionOn })).tag;
  const answered = await plane.ask({
    method,
    path,
    body,
    ...(tag === undefined ? {} : { match: tag }),
    ...(key === undefined ? {} : { key }),
  });
  if (answered.isReplayed) remark('it was made before, with the same key; this is what was answered then');
  return objectIn(answered.body);
}

function pathOf(id: string): string {
  if (ULID.test(id)) return `${VERSIONS}/${id}`;
  throw new Fault('cli.usage', `\`${id.slice(0, 60)}\` is not the id of a version`, {
    hint: '`writ policy versions` shows ids',
  });
}

function parseVerdict(text: string): 'approve' | 'reject' {
  if (text === 'approve' || text === 'reject') return text;
  throw new InvalidArgumentError('expected `approve` or `reject`');
}
