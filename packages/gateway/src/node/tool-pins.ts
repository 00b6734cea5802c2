/** Pinned tool definitions: accepted once, quarantined whenever they change. */
import {
  definitionHash,
  type EntryDetail,
  type EntryDraft,
  Fault,
  type LogWriter,
  type Pin,
  type PinRecord,
  type StateReader,
  type ToolDefinition,
  toolId,
} from '@writ/core';
import type { PinnedTool, ToolPins } from './types.ts';

/** What pins stand on. */
export interface ToolPinsOptions {
  readonly log: LogWriter;
  readonly state: StateReader;
  /** Completes an entry that the node writes about itself. */
  readonly draft: (detail: EntryDetail, rest: Partial<EntryDraft>) => EntryDraft;
}

/** Pins over the state of `options`. */
export function createToolPins(options: ToolPinsOptions): ToolPins {
  const { state } = options;
  return {
    async pinTools(isTrusted, definitions) {
      const pinned: PinnedTool[] = [];
      for (const definition of definitions) pinned.push(await pinTool(options, isTrusted, definition));
      return pinned;
    },
    async acceptTool(server, tool, seenHash) {
      const pin = findPin(state, server, tool);
      if (pin === undefined) {
        const known = state.pins().map((other) => `${other.server}/${other.tool}`);
        const hint =
          known.length === 0 ? 'no tool was seen yet' : `known are ${known.slice(0, 20).join(', ')}`;
        throw new Fault('tool.unknown', `no tool \`${server}/${tool}\` was seen`, { hint });
      }
      if (seenHash !== undefined && seenHash !== pin.definitionHash) {
        throw new Fault(
          'tool.quarantined',
          `the definition of \`${server}/${tool}\` changed again since it was shown`,
        );
      }
      const { definition } = pin;
      if (pin.status === 'quarantined') {
        await record(options, { server, name: tool, definition }, pin.definitionHash, 'accepted', 'operator');
      }
      return { server, tool, definitionHash: pin.definitionHash, status: 'accepted', cause: 'known' };
    },
    isAccepted(server, tool, hash) {
      const pin = findPin(state, server, tool);
      return pin?.status === 'accepted' && pin.definitionHash === hash;
    },
  };
}

async function pinTool(
  options: ToolPinsOptions,
  isTrusted: boolean,
  tool: ToolDefinition,
): Promise<PinnedTool> {
  const hash = definitionHash(tool.definition);
  const { status, cause } = judgePin(findPin(options.state, tool.server, tool.name), hash, isTrusted);
  if (cause !== 'known') await record(options, tool, hash, status, cause);
  return { server: tool.server, tool: tool.name, definitionHash: hash, status, cause };
}

/** What to do with a definition of this hash, given what is pinned. */
function judgePin(
  pin: Pin | undefined,
  hash: string,
  isTrusted: boolean,
): Pick<PinnedTool, 'status' | 'cause'> {
  if (pin === undefined) {
    return isTrusted
      ? { status: 'accepted', cause: 'trusted' }
      : { status: 'quarantined', cause: 'first_seen' };
  }
  if (pin.definitionHash === hash) {
    // The operator came to trust the server after its first sight; a change is never accepted that way.
    if (pin.status === 'quarantined' && pin.accepted === undefined && isTrusted) {
      return { status: 'accepted', cause: 'trusted' };
    }
    return { status: pin.status, cause: 'known' };
  }
  // Back to what was accepted before: nothing new is let in.
  if (pin.accepted?.definitionHash === hash) return { status: 'accepted', cause: 'changed' };
  return { status: 'quarantined', cause: 'changed' };
}

async function record(
  { log, draft }: ToolPinsOptions,
  tool: ToolDefinition,
  hash: string,
  status: PinRecord['status'],
  cause: PinRecord['cause'],
): Promise<void> {
  const { server, name, definition } = tool;
  await log.append(
    draft(
      { kind: 'pin', pin: { status, cause, definitionHash: hash } },
      {
        committed: { tool: toolId(tool) },
        effects: [{ type: 'pin', server, tool: name, definitionHash: hash, status, definition }],
      },
    ),
  );
}

function findPin(state: StateReader, server: string, tool: string): Pin | undefined {
  return state.pins(server).find((pin) => pin.tool === tool);
}
