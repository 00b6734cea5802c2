/** `writ kill` and `writ unkill`: stop an agent, a team, a server, a tool or everything now, in every process on the data folder. */
import { type Command, Option } from 'commander';
import {
  Fault,
  KILL_ALL,
  KILL_REASONS,
  KILL_SCOPES,
  type KillReason,
  type KillScope,
  releaseKill,
  SERVER_NAME,
  throwKill,
} from '@writ/core';
import { locate, type LocateOptions, writeData } from '../data/index.ts';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { CHOOSE_PLANE, CHOOSE_PLANE_HELP, isForPlane } from '../plane/index.ts';
import { print, printJson, visible } from '../terminal/index.ts';

interface KillOptions extends LocateOptions {
  readonly plane?: string | true;
  readonly idempotencyKey?: string;
  readonly reason: string;
  readonly cause: KillReason;
}

/** Longest reason, in UTF-16 units; the refused agent reads it. */
const MAX_REASON_LENGTH = 500;

const HELP = `
Without \`--plane\` it is this data folder's alone, whether you are signed in to a control plane or not. With it, \`writ stops list\` shows what is stopped.
Exit codes: 0 done, 1 the control plane refuses it, 2 it was asked wrongly or is not stopped, 74 the data folder or the control plane cannot be used.`;

/** Adds both commands to `program`. */
export function addKill(program: Command): void {
  add(
    program,
    'kill',
    'stop an agent, a team, a server, a tool or everything; its next action is refused, those under way are aborted',
  );
  add(program, 'unkill', 'let it act again');
}

function add(program: Command, action: 'kill' | 'unkill', description: string): void {
  program
    .command(action)
    .description(description)
    .argument('<scope>', 'agent, team, server, tool or all')
    .argument('[id]', 'the agent’s or team’s id, the server’s name, or server/tool; none for all')
    .addOption(new Option('--reason <text>', 'why; told to whoever is refused').makeOptionMandatory())
    .addOption(
      new Option('--cause <code>', 'what made you do it').choices([...KILL_REASONS]).default('manual'),
    )
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option(CHOOSE_PLANE, CHOOSE_PLANE_HELP)
    .option('--idempotency-key <key>', 'with `--plane`: of a change that was sent before; it is made once')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(
      runs((text: string, id: string | undefined, options: KillOptions) => {
        const scope = parseScope(text);
        return change(action, scope, id ?? (scope === 'all' ? KILL_ALL : ''), options);
      }),
    );
}

async function change(
  action: 'kill' | 'unkill',
  scope: KillScope,
  id: string,
  options: KillOptions,
): Promise<number> {
  requireId(scope, id);
  const reason = visible(options.reason).slice(0, MAX_REASON_LENGTH);
  if (reason.trim() === '')
    throw new Fault('cli.usage', 'the reason is empty', { hint: 'say why with `--reason`' });
  if (isForPlane(options)) {
    const stop = { scope, id, cause: options.cause, words: reason };
    const { liftStops, placeStop } = await import('./plane/index.ts');
    await (action === 'kill' ? placeStop(stop, options) : liftStops(stop, options));
    return EXIT_OK;
  }
  if (options.idempotencyKey !== undefined)
    throw new Fault('cli.usage', '`--idempotency-key` is for `--plane`: here a kill is made once anyway');
  const { data, ...located } = locate(options);
  // INVARIANT: a kill waits for no bucket; what runs beside it or starts next publishes it. Letting go again can wait.
  const place = action === 'kill' ? { data } : { data, ...located };
  const kill = { scope, id, reason: options.cause, words: reason };
  const { result, withdrawn } = await writeData(place, async ({ state, append, log: { reader } }) => {
    const log = { state, append, reader };
    return action === 'kill' ? throwKill(log, kill) : { result: await releaseKill(log, kill), withdrawn: [] };
  });
  if (result.status === 'refused') {
    throw new Fault('kill.unknown', `the ${scope} \`${id}\` is not killed`, {
      hint: 'ids are compared exactly',
    });
  }
  if (options.json === true)
    printJson({ action, scope, id, reason, cause: options.cause, withdrawn, receipt: result.receipt });
  else {
    const what = scope === 'all' ? 'everything' : `${scope} \`${id}\``;
    print(`${action === 'kill' ? 'stopped' : 'released'} ${what}, receipt ${result.receipt}`);
    if (withdrawn.length > 0) print(`${withdrawn.length} held actions wait no more`);
  }
  return EXIT_OK;
}

function parseScope(text: string): KillScope {
  const scope = KILL_SCOPES.find((one) => one === text);
  if (scope !== undefined) return scope;
  throw new Fault('cli.usage', `\`${text}\` cannot be killed`, { hint: `say ${KILL_SCOPES.join(', ')}` });
}

/** A switch that could never match anything would be a false comfort. */
function requireId(scope: KillScope, id: string): void {
  const isGood = isId(scope, id);
  if (isGood) return;
  const hint = scope === 'tool' ? 'write server/tool, as receipts do' : `write the ${scope} as receipts do`;
  throw new Fault('cli.usage', `\`${id}\` is not the id of any ${scope}`, { hint });
}

function isId(scope: KillScope, id: string): boolean {
  const slash = id.indexOf('/');
  switch (scope) {
    case 'all':
      return id === KILL_ALL;
    case 'agent':
    case 'team':
      return id !== '';
    case 'server':
      return SERVER_NAME.test(id);
    case 'tool':
      return slash > 0 && SERVER_NAME.test(id.slice(0, slash)) && slash < id.length - 1;
    default:
      return scope satisfies never;
  }
}
