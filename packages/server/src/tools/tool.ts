/** Tools as nodes pinned them: which definition stands where, and what stood before. Known of nodes that disclose `tool`. */
import type { JsonObject } from '@writ/core';
import { z } from 'zod';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';

/** Most pins that are looked through, and most of one tool. */
const MOST_PINS = 20_000;
const MOST_HISTORY = 200;
/** Most definitions of one tool that are shown in full. */
const MOST_DEFINITIONS = 8;

/** A pin: what a node did with a definition. */
export interface ToolPinShown {
  /** Id of its receipt. */
  readonly receipt: string;
  /** ULID. */
  readonly node: string;
  readonly status: string;
  readonly cause: string;
  readonly definitionHash: string;
  readonly previousHash?: string | undefined;
  /** Kinds of what a review of the definition found. */
  readonly findings: readonly string[];
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A tool. Its names were chosen by whoever configured or wrote its server. */
export interface ToolShown {
  /** Id of the receipt of its first pin. */
  readonly id: string;
  readonly server: string;
  readonly name: string;
  /** `quarantined` where it is so at any node. */
  readonly status: 'accepted' | 'quarantined';
  readonly firstSeen: number;
  readonly changed: number;
  /** The newest pin of each node. */
  readonly nodes: readonly ToolPinShown[];
}

/** A tool with what came before, the newest first, and the definitions by their hashes, as far as nodes had them still. */
export interface ToolDetail extends ToolShown {
  readonly history: readonly ToolPinShown[];
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

const PIN: z.ZodType<ToolPinShown> = z.object({
  receipt: ULID,
  node: ULID,
  status: z.string(),
  cause: z.string(),
  definitionHash: z.string(),
  previousHash: z.string().optional(),
  findings: z.array(z.string()),
  time: z.int(),
});
export const TOOL_SHOWN: z.ZodType<ToolShown> = z.object({
  id: ULID,
  server: z.string(),
  name: z.string(),
  status: z.enum(['accepted', 'quarantined']),
  firstSeen: z.int(),
  changed: z.int(),
  nodes: z.array(PIN),
});
export const TOOL_DETAIL: z.ZodType<ToolDetail> = z.intersection(
  TOOL_SHOWN,
  z.object({
    history: z.array(PIN),
    definitions: z.record(z.string(), z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>),
  }),
);

interface PinRow {
  readonly tool: string;
  readonly shown: ToolPinShown;
}

/** The tools of `organisation`, in the order in which they were seen first. */
export async function toolsOf(
  plane: Pick<Plane, 'tables'>,
  organisation: string,
): Promise<readonly ToolShown[]> {
  const byTool = new Map<string, PinRow[]>();
  for (const pin of await pinsOf(plane, organisation, undefined, MOST_PINS)) {
    const pins = byTool.get(pin.tool) ?? [];
    pins.push(pin);
    byTool.set(pin.tool, pins);
  }
  return [...byTool.values()].map(toolOf).toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** The tool `server/name`; `undefined` where no node told of it. */
export async function toolDetail(
  plane: Pick<Plane, 'tables'>,
  organisation: string,
  tool: string,
): Promise<ToolDetail | undefined> {
  const pins = await pinsOf(plane, organisation, tool, MOST_HISTORY);
  if (pins.length === 0) return undefined;
  const shown = toolOf(pins);
  const wanted = shown.nodes.flatMap(({ definitionHash, previousHash }) => [
    definitionHash,
    ...(previousHash === undefined ? [] : [previousHash]),
  ]);
  const hashes = [...new Set(wanted)].slice(0, MOST_DEFINITIONS);
  const rows = await plane.tables
    .selectFrom('tool_pins')
    .select(['definition_hash', 'definition'])
    .where('organisation', '=', organisation)
    .where('tool', '=', tool)
    .where('definition_hash', 'in', hashes)
    .where('definition', 'is not', null)
    .execute();
  return {
    ...shown,
    history: pins.map((pin) => pin.shown),
    definitions: Object.fromEntries(
      rows.map(({ definition_hash: hash, definition }) => [
        hash,
        JSON.parse(definition ?? '{}') as JsonObject,
      ]),
    ),
  };
}

/** The newest first. */
async function pinsOf(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
  tool: string | undefined,
  most: number,
): Promise<readonly PinRow[]> {
  let query = tables
    .selectFrom('tool_pins')
    .select([
      'tool',
      'receipt',
      'node',
      'status',
      'cause',
      'definition_hash',
      'previous_hash',
      'findings',
      'time',
    ])
    .where('organisation', '=', organisation);
  if (tool !== undefined) query = query.where('tool', '=', tool);
  const rows = await query.orderBy('time', 'desc').orderBy('receipt', 'desc').limit(most).execute();
  return rows.map(({ tool: of, definition_hash, previous_hash, findings, ...rest }) => ({
    tool: of,
    shown: {
      ...rest,
      definitionHash: definition_hash,
      ...(previous_hash === null ? {} : { previousHash: previous_hash }),
      findings: JSON.parse(findings) as readonly string[],
    },
  }));
}

/** `pins` of one tool, the newest first. */
function toolOf(pins: readonly PinRow[]): ToolShown {
  const [newest, oldest] = [pins[0], pins.at(-1)];
  const nodes = new Map<string, ToolPinShown>();
  for (const { shown } of pins) if (!nodes.has(shown.node)) nodes.set(shown.node, shown);
  const tool = newest?.tool ?? '';
  // A server's name has no slash.
  const end = tool.indexOf('/');
  const standing = [...nodes.values()];
  return {
    id: oldest?.shown.receipt ?? '',
    server: tool.slice(0, Math.max(end, 0)),
    name: tool.slice(end + 1),
    status: standing.some(({ status }) => status === 'quarantined') ? 'quarantined' : 'accepted',
    firstSeen: oldest?.shown.time ?? 0,
    changed: newest?.shown.time ?? 0,
    nodes: standing,
  };
}
