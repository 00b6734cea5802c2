/** Pinned tool definitions: accepted once, quarantined whenever they change. */
import {
  BoundedMap,
  definitionHash,
  type Detector,
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
import {
  type Concern,
  createReview,
  defectOf,
  MAX_LISTING_LENGTH,
  MAX_TOOLS_PER_SERVER,
  pinnedTools,
  type ReviewDefinition,
} from '../definitions/index.ts';
import type { PinnedTool, ToolPins } from './types.ts';

/** Definitions of which it is remembered whether they can serve, and what their review found. */
const JUDGED = 8_192;

/** What pins stand on. */
export interface ToolPinsOptions {
  readonly log: LogWriter;
  readonly state: StateReader;
  /** Completes an entry that the node writes about itself. */
  readonly draft: (detail: EntryDetail, rest: Partial<EntryDraft>) => EntryDraft;
  /** Run over each definition that trust alone would accept. */
  readonly detectors?: readonly Detector[];
  /** Servers that are configured; pins of others, unless they list something, are no company to compare with. Absent: all that have pins. */
  readonly servers?: readonly string[];
}

interface Judged {
  readonly status: PinRecord['status'];
  readonly cause: Exclude<PinRecord['cause'], 'operator'> | 'known';
}

/** Pins over the state of `options`. */
export function createToolPins(options: ToolPinsOptions): ToolPins {
  const { state } = options;
  const company = options.servers === undefined ? undefined : new Set(options.servers);
  const usable = new BoundedMap<string, boolean>(JUDGED);
  const reviewed = new BoundedMap<string, readonly Concern[]>(JUDGED);
  return {
    async pinTools(isTrusted, definitions, neighbours = []) {
      const [first] = definitions;
      if (first === undefined) return [];
      const pins = new Map(state.pins(first.server).map((pin) => [pin.tool, pin]));
      // A server that came with a changed configuration.
      company?.add(first.server);
      const review = reviewOf(options, company, definitions, neighbours);
      const pinned: PinnedTool[] = [];
      let length = 0;
      for (const [index, tool] of definitions.entries()) {
        const defect = defectOf(tool.definition);
        if (defect === undefined) length += JSON.stringify(tool.definition).length;
        const isPast = index >= MAX_TOOLS_PER_SERVER || length > MAX_LISTING_LENGTH;
        const refused = defect ?? (isPast ? PAST_BOUNDS : undefined);
        pinned.push(
          refused === undefined
            ? await pinTool(options, tool, { pin: pins.get(tool.name), isTrusted, review, reviewed })
            : {
                ...named(tool),
                definitionHash: definitionHash(tool.definition),
                status: 'quarantined',
                cause: 'refused',
                concerns: [refused],
              },
        );
      }
      return pinned;
    },
    async acceptTool(server, tool, seenHash) {
      const pin = findPin(state, server, tool);
      if (pin === undefined) throw unknownTool(state, server, tool);
      if (seenHash !== undefined && seenHash !== pin.definitionHash) {
        throw new Fault(
          'tool.quarantined',
          `the definition of \`${server}/${tool}\` changed again since it was shown`,
        );
      }
      const { definition } = pin;
      const defect = defectOf(definition);
      if (defect !== undefined) {
        throw new Fault('tool.invalid', `\`${server}/${tool}\` can never serve: ${defect.message}`);
      }
      if (pin.status === 'quarantined') {
        const offered = { server, name: tool, definition };
        const own = state.pins(server).map(({ tool: name }) => ({ server, name, definition: {} }));
        const concerns = reviewOf(options, company, own, [])(offered);
        await record(options, offered, { status: 'accepted', cause: 'operator' }, concerns);
      }
      return { server, tool, definitionHash: pin.definitionHash, status: 'accepted', cause: 'known' };
    },
    isAccepted(server, tool, hash) {
      const standing = (state.look?.() ?? state).pinStanding(server, tool);
      if (standing?.status !== 'accepted' || standing.definitionHash !== hash) return false;
      const known = usable.get(hash);
      if (known !== undefined) return known;
      // What an earlier version accepted may be what this one refuses.
      const pin = findPin(state, server, tool);
      if (pin?.definitionHash !== hash) return false;
      const isUsable = defectOf(pin.definition) === undefined;
      usable.set(hash, isUsable);
      return isUsable;
    },
  };
}

const PAST_BOUNDS: Concern = {
  kind: 'malformed-definition',
  message: `its server lists more than ${MAX_TOOLS_PER_SERVER} tools, or more text than ${MAX_LISTING_LENGTH} characters`,
};

interface Standing {
  readonly pin: Pin | undefined;
  readonly isTrusted: boolean;
  readonly review: ReviewDefinition;
  /** What reviews found, by tool and hash: a server that lists again and again is not reviewed each time. */
  readonly reviewed: BoundedMap<string, readonly Concern[]>;
}

async function pinTool(
  options: ToolPinsOptions,
  tool: ToolDefinition,
  { pin, isTrusted, review, reviewed }: Standing,
): Promise<PinnedTool> {
  const hash = definitionHash(tool.definition);
  const judged = judgePin(pin, hash, isTrusted);
  // What a person accepted, now or before, is not asked about again.
  const isSettled = judged.status === 'accepted' && judged.cause !== 'trusted';
  const key = `${toolId(tool)} ${hash}`;
  const concerns = isSettled ? [] : (judged.cause === 'known' && reviewed.get(key)) || review(tool);
  if (!isSettled) reviewed.set(key, concerns);
  const { status, cause } = concerns.length === 0 ? judged : distrusted(judged, pin);
  if (cause !== 'known') await record(options, tool, { status, cause }, concerns);
  const told = concerns.length === 0 ? {} : { concerns };
  return { ...named(tool), definitionHash: hash, status, cause, ...told };
}

/** What to do with a definition of this hash, given what is pinned. */
function judgePin(pin: Pin | undefined, hash: string, isTrusted: boolean): Judged {
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

/** Trust does not reach a definition that is suspicious. */
function distrusted(judged: Judged, pin: Pin | undefined): Judged {
  if (judged.status === 'quarantined') return judged;
  return { status: 'quarantined', cause: pin === undefined ? 'first_seen' : 'known' };
}

function reviewOf(
  { state, detectors }: ToolPinsOptions,
  company: ReadonlySet<string> | undefined,
  definitions: readonly ToolDefinition[],
  neighbours: readonly ToolDefinition[],
): ReviewDefinition {
  const [first] = definitions;
  return createReview({
    server: first?.server ?? '',
    listed: new Set(definitions.map(({ name }) => name)),
    pinned: pinnedTools(state.pins().filter(({ server }) => company?.has(server) ?? true)),
    neighbours,
    ...(detectors === undefined ? {} : { detectors }),
  });
}

async function record(
  { log, draft, state }: ToolPinsOptions,
  tool: ToolDefinition,
  { status, cause }: Pick<PinRecord, 'status' | 'cause'>,
  concerns: readonly Concern[],
): Promise<void> {
  const { server, name, definition } = tool;
  const hash = definitionHash(definition);
  const before = acceptedBefore(findPin(state, server, name));
  const findings = [...new Set(concerns.map(({ kind }) => kind))].sort();
  const pin: PinRecord = {
    status,
    cause,
    definitionHash: hash,
    ...(before === undefined || before === hash ? {} : { previousHash: before }),
    ...(findings.length === 0 ? {} : { findings }),
  };
  await log.append(
    draft(
      { kind: 'pin', pin },
      {
        committed: {
          tool: toolId(tool),
          ...(concerns.length === 0 ? {} : { concerns: concerns.map(({ message }) => message) }),
        },
        effects: [{ type: 'pin', server, tool: name, definitionHash: hash, status, definition }],
      },
    ),
  );
}

/** Hash of the definition that was accepted last. */
function acceptedBefore(pin: Pin | undefined): string | undefined {
  return pin?.status === 'accepted' ? pin.definitionHash : pin?.accepted?.definitionHash;
}

function unknownTool(state: StateReader, server: string, tool: string): Fault {
  const known = state.pins().map((other) => `${other.server}/${other.tool}`);
  const hint = known.length === 0 ? 'no tool was seen yet' : `known are ${known.slice(0, 20).join(', ')}`;
  return new Fault('tool.unknown', `no tool \`${server}/${tool}\` was seen`, { hint });
}

function named({ server, name }: ToolDefinition): Pick<PinnedTool, 'server' | 'tool'> {
  return { server, tool: name };
}

function findPin(state: StateReader, server: string, tool: string): Pin | undefined {
  return state.pins(server).find((pin) => pin.tool === tool);
}
