/** `writ policy rollout`: how far which bundle has gone, and the steps that people take. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Fault, isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import { EXIT_OK } from '../../../exit-codes.ts';
import { atPlane, objectIn, type Plane, type PlaneFlags, textIn } from '../../../plane/index.ts';
import { runs } from '../../../run.ts';
import { print, printJson, printTable, visible } from '../../../terminal/index.ts';
import { rolloutOf } from './bundle.ts';
import { changeAt, changing, shared } from './versions.ts';

interface StepFlags extends PlaneFlags {
  readonly stage: 'shadow' | 'canary' | 'full';
  readonly share?: number;
  readonly fallback?: string;
  readonly team?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
}

const MOST = 10_000;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Adds the commands to `policy`. */
export function addRollout(policy: Command): void {
  const rollout = policy
    .command('rollout')
    .description('how far bundles have gone at a control plane: shadow, canary, full; and back')
    .helpCommand(false);
  shared(
    rollout
      .command('status')
      .description('each environment and team: what is in force, what is on its way, which nodes have it'),
  ).action(runs(status));
  stepping(
    rollout
      .command('start')
      .description('send a bundle on its way; to go back, send one with the earlier policies'),
  )
    .argument('<bundle>', 'id of the bundle, as `writ policy sign --plane` told it')
    .action(runs(start));
  stepping(rollout.command('advance').description('take the candidate further: a canary, or everywhere'))
    .argument('<environment>', 'its environment')
    .option('--team <id>', 'the team whose roll-out it is')
    .action(runs(advance));
  changing(
    rollout.command('stop').description('take the candidate back; what was in force is, or its way back'),
  )
    .argument('<environment>', 'its environment')
    .option('--team <id>', 'the team whose roll-out it is')
    .requiredOption('--reason <text>', 'why; everybody reads it')
    .action(runs(stop));
}

function stepping(command: Command): Command {
  return changing(command)
    .addOption(
      new Option('--stage <stage>', 'how far').choices(['shadow', 'canary', 'full']).makeOptionMandatory(),
    )
    .option('--share <percent>', 'of nodes, for a canary', parseShare)
    .option('--fallback <bundle>', 'bundle to which a stop of the canary leads');
}

async function status(flags: PlaneFlags): Promise<number> {
  const { rollouts, bundles, nodes } = await atPlane(flags, async (plane) => ({
    rollouts: await plane.list('/v1/rollouts', MOST),
    bundles: await plane.list('/v1/bundles', MOST),
    nodes: await plane.list('/v1/nodes', MOST),
  }));
  const numbers = new Map(bundles.map((bundle) => [bundle['id'], bundle['version']]));
  const items = rollouts.map((rollout) => ({ ...rollout, nodes: nodesBy(nodes, rollout) }));
  if (flags.json === true) {
    printJson({ items });
    return EXIT_OK;
  }
  if (items.length === 0) print('no bundle has come yet');
  printTable(items.map((rollout) => line(rollout, numbers)));
  return EXIT_OK;
}

/** Nodes of the roll-out by the bundle that they say is in force. */
function nodesBy(nodes: readonly JsonObject[], rollout: JsonObject): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const node of nodes) {
    if (
      node['environment'] !== rollout['environment'] ||
      ownProperty(node, 'team') !== ownProperty(rollout, 'team')
    )
      continue;
    const live = ownProperty(node, 'live');
    const version = isJsonObject(live) ? ownProperty(live, 'bundle') : undefined;
    const name = typeof version === 'number' ? String(version) : 'none';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function line(rollout: JsonObject, numbers: ReadonlyMap<unknown, unknown>): string[] {
  const of = (id: unknown): string => (id === undefined ? 'none' : wordOf(numbers.get(id) ?? id));
  const { candidate, stopped } = rollout;
  const nodes = Object.entries(objectIn(rollout['nodes'])).map(
    ([version, count]) => `${wordOf(count)} have ${version}`,
  );
  const team = ownProperty(rollout, 'team');
  return [
    visible(`${textIn(rollout, 'environment')}${typeof team === 'string' ? ` ${team}` : ''}`),
    `in force ${of(rollout['stable'])}`,
    isJsonObject(candidate)
      ? `${of(candidate['bundle'])} in ${wordOf(candidate['stage'])}${candidate['share'] === 0 ? '' : ` ${wordOf(candidate['share'])} %`}`
      : 'nothing on its way',
    isJsonObject(stopped) ? `${of(stopped['bundle'])} stopped: ${visible(wordOf(stopped['reason']))}` : '',
    nodes.join(', ') || 'no node',
  ];
}

/** What a server said where a word or a number belongs. */
function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'something unknown';
}

async function start(bundle: string, flags: StepFlags): Promise<number> {
  if (!ULID.test(bundle))
    throw new Fault('cli.usage', `\`${bundle.slice(0, 60)}\` is not the id of a bundle`, {
      hint: '`writ policy sign --plane` tells it, and `writ api GET /v1/bundles`',
    });
  return step(flags, async (plane) => {
    const { body } = await plane.ask({ method: 'GET', path: `/v1/bundles/${bundle}` });
    const { environment, team } = trackOf(objectIn(body));
    return {
      environment,
      ...(team === undefined ? {} : { team }),
      body: { step: 'start', bundle, ...wanted(flags) },
    };
  });
}

function advance(environment: string, flags: StepFlags): Promise<number> {
  if (flags.stage === 'shadow') throw new Fault('cli.usage', 'a candidate goes on to `canary` or `full`');
  return step(flags, () =>
    Promise.resolve({ environment, ...teamOf(flags), body: { step: 'advance', ...wanted(flags) } }),
  );
}

function stop(environment: string, flags: StepFlags): Promise<number> {
  return step(flags, () =>
    Promise.resolve({ environment, ...teamOf(flags), body: { step: 'stop', reason: flags.reason ?? '' } }),
  );
}

interface Step {
  readonly environment: string;
  readonly team?: string;
  readonly body: JsonObject;
}

async function step(flags: StepFlags, asked: (plane: Plane) => Promise<Step>): Promise<number> {
  const rollout = await atPlane(flags, async (plane) => {
    const { body, ...track } = await asked(plane);
    const found = await rolloutOf(plane, track);
    if (found === undefined)
      throw new Fault('cli.usage', `no bundle has come for \`${track.environment}\` yet`, {
        hint: '`writ policy rollout status` shows where',
      });
    const path = `/v1/rollouts/${textIn(found, 'id')}`;
    return changeAt(plane, flags, { path: `${path}/steps`, conditionOn: path, body });
  });
  if (flags.json === true) printJson(rollout);
  else
    print(
      isJsonObject(rollout['candidate'])
        ? 'it is on its way'
        : 'done: what is in force is what `status` shows',
    );
  return EXIT_OK;
}

function wanted({ stage, share, fallback }: StepFlags): JsonObject {
  return {
    stage,
    ...(share === undefined ? {} : { share }),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

function teamOf({ team }: StepFlags): { readonly team?: string } {
  return team === undefined ? {} : { team };
}

function trackOf(bundle: JsonObject): { readonly environment: string; readonly team: string | undefined } {
  const team = ownProperty(bundle, 'team');
  return { environment: textIn(bundle, 'environment'), team: typeof team === 'string' ? team : undefined };
}

function parseShare(text: string): number {
  const share = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (share >= 1) return share;
  throw new InvalidArgumentError('expected 1 to 99');
}
