/** `writ tools`: pinned tool definitions, and accepting those that are quarantined. */
import type { Command } from 'commander';
import { Fault, isJsonObject, type JsonObject, type JsonValue, type Pin } from '@writ/core';
import { createToolPins } from '@writ/gateway';
import { locate, type LocateOptions, readData, writeData } from '../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { confirm, isInteractive, print, printJson, printTable, styled, visible } from '../terminal/index.ts';

interface AcceptOptions extends LocateOptions {
  readonly yes?: boolean;
}

/** One field that differs between two definitions. */
export interface FieldChange {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  /** Absent where the field was added. */
  readonly before?: JsonValue;
  /** Absent where the field was removed. */
  readonly after?: JsonValue;
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
  return readData(locate(options).data, ({ state }) => {
    const pins = state.pins();
    if (options.json === true) {
      printJson({ tools: pins.map(summary) });
      return EXIT_OK;
    }
    if (pins.length === 0) print('no tool was seen yet');
    printTable(
      pins.map((pin) => [`${pin.server}/${visible(pin.tool)}`, pin.status, pin.definitionHash.slice(0, 12)]),
    );
    for (const pin of pins.filter(({ status }) => status === 'quarantined')) printPin(pin);
    return EXIT_OK;
  });
}

async function accept(target: string, options: AcceptOptions): Promise<number> {
  const located = locate(options);
  const pins = await readData(located.data, ({ state }) => matching(state.pins(), target));
  const waiting = pins.filter(({ status }) => status === 'quarantined');
  if (options.json !== true) for (const pin of waiting) printPin(pin);
  if (waiting.length > 0 && options.yes !== true && !(await mayAccept(waiting.length))) {
    print('nothing was accepted');
    return EXIT_NEGATIVE;
  }
  if (waiting.length > 0) {
    await writeData(located, async ({ log, state, draft }) => {
      const toolPins = createToolPins({ log: log.writer, state, draft });
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

function summary(pin: Pin): unknown {
  const changes =
    pin.accepted === undefined ? undefined : changesBetween(pin.accepted.definition, pin.definition);
  return {
    tool: `${pin.server}/${pin.tool}`,
    status: pin.status,
    definition_hash: pin.definitionHash,
    changes,
  };
}

/** Why a tool is quarantined: what is new about it, field by field. */
function printPin(pin: Pin): void {
  const name = styled('bold', visible(`${pin.server}/${pin.tool}`));
  if (pin.accepted === undefined) {
    print(`${name} was never accepted; its definition:`);
    for (const { path, after } of changesBetween({}, pin.definition))
      print(`  ${visible(path)}: ${shown(after)}`);
    return;
  }
  print(`${name} changed since it was accepted:`);
  for (const { path, before, after } of changesBetween(pin.accepted.definition, pin.definition)) {
    if (before !== undefined) print(styled('red', `  - ${visible(path)}: ${shown(before)}`));
    if (after !== undefined) print(styled('green', `  + ${visible(path)}: ${shown(after)}`));
  }
}

/** Every field in which `after` differs from `before`, in the order of their paths. */
export function changesBetween(before: JsonObject, after: JsonObject): readonly FieldChange[] {
  return compare('', before, after);
}

function compare(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly FieldChange[] {
  const isInner = (value: JsonValue | undefined): boolean => typeof value === 'object' && value !== null;
  const left = entriesOf(before);
  const right = entriesOf(after);
  if (
    (before === undefined || isInner(before)) &&
    (after === undefined || isInner(after)) &&
    left.size + right.size > 0
  ) {
    const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
    return keys.flatMap((key) =>
      compare(`${path}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`, left.get(key), right.get(key)),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function entriesOf(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  if (Array.isArray(value)) return new Map(value.map((item: JsonValue, index) => [String(index), item]));
  return new Map(isJsonObject(value) ? Object.entries(value) : []);
}

function shown(value: JsonValue | undefined): string {
  return visible(JSON.stringify(value ?? null));
}
