/** `writ tools`: pinned tool definitions, and accepting those that are quarantined. */
import type { Command } from 'commander';
import { Fault, type Pin, visible } from '@writ/core';
import { createToolPins } from '@writ/gateway';
import { type Located, locate, type LocateOptions, readData, writeData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { confirm, isInteractive, print, printJson, printTable } from '../../terminal/index.ts';
import { concernsOf, printPin, summaryOf } from './shown-pin.ts';

interface AcceptOptions extends LocateOptions {
  readonly yes?: boolean;
}

interface DiffOptions extends LocateOptions {
  readonly full?: boolean;
}

/** Adds the commands to `program`. */
export function addTools(program: Command): void {
  const tools = program
    .command('tools')
    .description('the tools that servers offer, and which are accepted')
    .helpCommand(false);
  shared(
    tools
      .command('list')
      .description('show every known tool, and how a quarantined one differs from what was accepted'),
  ).action(runs(list));
  shared(
    tools
      .command('diff')
      .description(
        'show how quarantined definitions differ from what was accepted; ends with 1 where any is',
      ),
  )
    .argument('[tool]', 'server/tool, or a server for all of its tools (default: all)')
    .option('--full', 'leave nothing out, however long')
    .action(runs(diff));
  shared(tools.command('accept').description('accept the definition of a quarantined tool'))
    .argument('<tool>', 'server/tool, or a server for all of its tools')
    .option('-y, --yes', 'do not ask')
    .action(runs(accept));
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

function list(options: LocateOptions): Promise<number> {
  const located = locate(options);
  return readData(located.data, ({ state }) => {
    const pins = state.pins();
    if (options.json === true) {
      printJson({ tools: pins.map((pin) => summaryOf(pin, concernsOf(pin, pins, serversOf(located)))) });
      return EXIT_OK;
    }
    if (pins.length === 0) print('no tool was seen yet');
    printTable(
      pins.map((pin) => [`${pin.server}/${visible(pin.tool)}`, pin.status, pin.definitionHash.slice(0, 12)]),
    );
    printWaiting(pins, pins, { located, isFull: false });
    return EXIT_OK;
  });
}

function diff(target: string | undefined, options: DiffOptions): Promise<number> {
  const located = locate(options);
  return readData(located.data, ({ state }) => {
    const all = state.pins();
    const pins = target === undefined ? all : matching(all, target);
    const waiting = pins.filter(({ status }) => status === 'quarantined');
    if (options.json === true) {
      printJson({ tools: waiting.map((pin) => summaryOf(pin, concernsOf(pin, all, serversOf(located)))) });
    } else if (waiting.length === 0) print('every definition is the one that was accepted');
    else printWaiting(waiting, all, { located, isFull: options.full === true });
    return waiting.length === 0 ? EXIT_OK : EXIT_NEGATIVE;
  });
}

function printWaiting(
  pins: readonly Pin[],
  all: readonly Pin[],
  { located, isFull }: { readonly located: Located; readonly isFull: boolean },
): void {
  for (const pin of pins) {
    if (pin.status === 'quarantined') printPin(pin, concernsOf(pin, all, serversOf(located)), isFull);
  }
}

/** Servers that the configuration names: pins of others are left over. */
function serversOf({ config }: Located): readonly string[] {
  return config?.servers.map(({ name }) => name) ?? [];
}

async function accept(target: string, options: AcceptOptions): Promise<number> {
  const located = locate(options);
  const all = await readData(located.data, ({ state }) => state.pins());
  const pins = matching(all, target);
  const waiting = pins.filter(({ status }) => status === 'quarantined');
  if (options.json !== true) printWaiting(waiting, all, { located, isFull: false });
  if (waiting.length > 0 && options.yes !== true && !(await mayAccept(waiting.length))) {
    print('nothing was accepted');
    return EXIT_NEGATIVE;
  }
  if (waiting.length > 0) {
    await writeData(located, async ({ log, state, draft }) => {
      const toolPins = createToolPins({ log: log.writer, state, draft, servers: serversOf(located) });
      // The hash that was shown: a definition that changes meanwhile is not the one that was accepted.
      for (const pin of waiting) await toolPins.acceptTool(pin.server, pin.tool, pin.definitionHash);
    });
  }
  const accepted = waiting.map((pin) => `${pin.server}/${pin.tool}`);
  if (options.json === true) printJson({ accepted });
  else print(waiting.length === 0 ? 'accepted already' : `accepted ${visible(accepted.join(', '))}`);
  return EXIT_OK;
}

function mayAccept(count: number): Promise<boolean> {
  if (isInteractive())
    return confirm(`accept ${count === 1 ? 'this definition' : `these ${count} definitions`}?`);
  throw new Fault('cli.usage', 'nobody is there to confirm', { hint: 'give `--yes`' });
}

function matching(pins: readonly Pin[], target: string): readonly Pin[] {
  const found = pins.filter((pin) => target === pin.server || target === `${pin.server}/${pin.tool}`);
  if (found.length > 0) return found;
  const known = [...new Set(pins.map(({ server }) => server))].join(', ');
  throw new Fault('tool.unknown', `no tool \`${target}\` was seen`, {
    hint:
      known === '' ? 'start the gateway once, so that its servers are asked' : `known servers are ${known}`,
  });
}
