/** `writ kill` and `writ unkill`: stop an agent, a server or a tool now, in every process on the data folder. */
import { type Command, Option } from 'commander';
import { Fault, type KillScope, SERVER_NAME } from '@writ/core';
import { locate, type LocateOptions, writeData } from '../data/index.ts';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { print, printJson, visible } from '../terminal/index.ts';

interface KillOptions extends LocateOptions {
  readonly reason: string;
}

/** Longest reason, in UTF-16 units; the refused agent reads it. */
const MAX_REASON_LENGTH = 500;

/** Adds both commands to `program`. */
export function addKill(program: Command): void {
  add(
    program,
    'kill',
    'stop an agent, a server or a tool; its next action is refused, those under way are aborted',
  );
  add(program, 'unkill', 'let it act again');
}

function add(program: Command, action: 'kill' | 'unkill', description: string): void {
  program
    .command(action)
    .description(description)
    .argument('<scope>', 'agent, server or tool')
    .argument('<id>', 'the agent’s id, the server’s name, or server/tool')
    .addOption(new Option('--reason <text>', 'why; told to whoever is refused').makeOptionMandatory())
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object')
    .action(
      runs((scope: string, id: string, options: KillOptions) =>
        change(action, parseScope(scope), id, options),
      ),
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
  const { data, ...located } = locate(options);
  // INVARIANT: a kill waits for no bucket; what runs beside it or starts next publishes it. Letting go again can wait.
  const place = action === 'kill' ? { data } : { data, ...located };
  const result = await writeData(place, ({ state, append }) =>
    append(
      { kind: 'kill', kill: { action, scope, reason: 'manual', killEpoch: state.epochs('').killEpoch + 1 } },
      {
        committed: { target: id, words: reason },
        effects: [action === 'kill' ? { type: 'kill', scope, id, reason } : { type: 'unkill', scope, id }],
      },
    ),
  );
  if (result.status === 'refused') {
    throw new Fault('kill.unknown', `the ${scope} \`${id}\` is not killed`, {
      hint: 'ids are compared exactly',
    });
  }
  if (options.json === true) printJson({ action, scope, id, reason, receipt: result.receipt });
  else print(`${action === 'kill' ? 'stopped' : 'released'} ${scope} \`${id}\`, receipt ${result.receipt}`);
  return EXIT_OK;
}

function parseScope(text: string): KillScope {
  if (text === 'agent' || text === 'server' || text === 'tool') return text;
  throw new Fault('cli.usage', `\`${text}\` cannot be killed`, { hint: 'say agent, server or tool' });
}

/** A switch that could never match anything would be a false comfort. */
function requireId(scope: KillScope, id: string): void {
  const slash = id.indexOf('/');
  const isGood =
    scope === 'agent'
      ? id !== ''
      : scope === 'server'
        ? SERVER_NAME.test(id)
        : slash > 0 && SERVER_NAME.test(id.slice(0, slash)) && slash < id.length - 1;
  if (isGood) return;
  const hint = scope === 'tool' ? 'write server/tool, as receipts do' : `write the ${scope} as receipts do`;
  throw new Fault('cli.usage', `\`${id}\` is not the id of any ${scope}`, { hint });
}
