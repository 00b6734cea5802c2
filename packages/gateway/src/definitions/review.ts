/** Looks a definition over before trust in its server may accept it. */
import {
  type Detector,
  isJsonObject,
  type JsonObject,
  ownProperty,
  type Pin,
  SEVERITIES,
  type Severity,
  definitionHash,
  type ToolDefinition,
} from '@writ/core';
import type { Concern } from './concern.ts';
import { createMentions, nameSkeleton } from './names.ts';
import { hiddenIn, instructionsIn, textsIn } from './text/index.ts';

/** Findings from this on count. Lesser ones (an e-mail address, an IP address) stand in good descriptions. */
const LEAST_SEVERITY: Severity = 'high';
/** Most things told of one definition. */
const MAX_CONCERNS = 20;

/** What a definition is compared with. */
export interface ReviewSurroundings {
  /** The server whose tools are reviewed. */
  readonly server: string;
  /** Names that it lists now. */
  readonly listed: ReadonlySet<string>;
  /** Tools that were pinned before, of this server and of all others that serve. */
  readonly pinned: readonly ToolDefinition[];
  /** Tools of other servers that come up at the same time: a text may not speak of them either. */
  readonly neighbours?: readonly ToolDefinition[];
  /** Run over the whole definition. One that fails is a concern itself. */
  readonly detectors?: readonly Detector[];
}

/** What is suspicious of one definition; empty where nothing is. */
export type ReviewDefinition = (tool: ToolDefinition) => readonly Concern[];

/** What pins hold to compare with: each tool as it is listed now, and as it was accepted before. */
export function pinnedTools(pins: readonly Pin[]): readonly ToolDefinition[] {
  return pins.flatMap(({ server, tool: name, definition, accepted }) => [
    { server, name, definition },
    ...(accepted === undefined ? [] : [{ server, name, definition: accepted.definition }]),
  ]);
}

/** A reviewer of the tools of one server. */
export function createReview(surroundings: ReviewSurroundings): ReviewDefinition {
  const { server, listed, pinned, neighbours = [], detectors = [] } = surroundings;
  const foreign = pinned.filter((tool) => tool.server !== server);
  const mentions = createMentions(
    [...foreign, ...neighbours.filter((tool) => tool.server !== server)],
    listed,
  );
  const bySkeleton = new Map(foreign.map((tool) => [nameSkeleton(tool.name), tool]));
  const byBody = new Map<string, ToolDefinition[]>();
  for (const tool of pinned) {
    const key = bodyOf(tool.definition);
    byBody.set(key, [...(byBody.get(key) ?? []), tool]);
  }
  return (tool) => {
    const concerns = [
      ...sameName(tool, bySkeleton.get(nameSkeleton(tool.name))),
      ...sameBody(tool, byBody.get(bodyOf(tool.definition)) ?? [], listed),
      ...inTexts(tool, mentions),
      ...detected(tool, detectors),
    ];
    return concerns.slice(0, MAX_CONCERNS);
  };
}

/** What in `text`, an instruction of a server for models, is no plain description: hidden, said to the model, or about other servers' tools. */
export function reviewText(
  text: string,
  others: readonly ToolDefinition[],
  server: string,
): readonly Concern[] {
  const mentions = createMentions(
    others.filter((tool) => tool.server !== server),
    new Set(others.filter((tool) => tool.server === server).map(({ name }) => name)),
  );
  return ofText(text, 'its instructions', mentions);
}

function sameName(tool: ToolDefinition, other: ToolDefinition | undefined): readonly Concern[] {
  if (other === undefined) return [];
  const how = other.name === tool.name ? 'has the name of' : 'has a name that is easily taken for that of';
  return [{ kind: 'tool-shadowing', message: `it ${how} \`${idOf(other)}\`` }];
}

/** The same tool under another name. What says next to nothing is the same as much else, so it counts only where the other one is gone. */
function sameBody(
  tool: ToolDefinition,
  same: readonly ToolDefinition[],
  listed: ReadonlySet<string>,
): readonly Concern[] {
  const concerns: Concern[] = [];
  for (const other of same) {
    if (other.server === tool.server && other.name === tool.name) continue;
    const isOwn = other.server === tool.server;
    const isGone = isOwn && !listed.has(other.name);
    if (!isGone && !saysSomething(tool.definition)) continue;
    concerns.push(
      isOwn
        ? { kind: 'tool-renamed', message: `it is \`${idOf(other)}\` under another name` }
        : { kind: 'tool-shadowing', message: `its definition is that of \`${idOf(other)}\`` },
    );
  }
  return concerns;
}

function inTexts(tool: ToolDefinition, mentions: (text: string) => readonly string[]): readonly Concern[] {
  // Its own name is compared as a name.
  const none = (): readonly string[] => [];
  return textsIn(tool.definition).flatMap(({ pointer, text }) =>
    ofText(text, `\`${pointer}\``, pointer === '/name' ? none : mentions),
  );
}

function ofText(
  text: string,
  place: string,
  mentions: (text: string) => readonly string[],
): readonly Concern[] {
  const hidden = hiddenIn(text);
  return [
    ...(hidden === undefined ? [] : [{ kind: 'hidden-text' as const, message: `${place} holds ${hidden}` }]),
    ...instructionsIn(text).map((what) => ({
      kind: 'injected-instructions' as const,
      message: `${place} holds ${what}`,
    })),
    ...mentions(text).map((id) => ({
      kind: 'tool-shadowing' as const,
      message: `${place} speaks of \`${id}\``,
    })),
  ];
}

function detected(tool: ToolDefinition, detectors: readonly Detector[]): readonly Concern[] {
  const input = { value: tool.definition, direction: 'arguments' as const, target: idOf(tool) };
  const told = new Set<string>();
  for (const detector of detectors) {
    try {
      for (const { kind, detail, severity, span } of detector.detect(input)) {
        if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(LEAST_SEVERITY)) continue;
        told.add(`\`${span.pointer}\` holds ${detail === undefined ? kind : `${kind}/${detail}`}`);
      }
    } catch {
      told.add(`the detector \`${detector.id}\` failed on it`);
    }
  }
  return [...told].map((message) => ({ kind: 'detected-content', message }));
}

/** Equal for definitions that differ in nothing but what they call themselves. */
function bodyOf(definition: JsonObject): string {
  const { name: _name, title: _title, annotations, ...rest } = definition;
  if (!isJsonObject(annotations))
    return definitionHash(annotations === undefined ? rest : { ...rest, annotations });
  const { title: _shown, ...hints } = annotations;
  return definitionHash({ ...rest, annotations: hints });
}

function saysSomething(definition: JsonObject): boolean {
  const description = ownProperty(definition, 'description');
  const schema = ownProperty(definition, 'inputSchema');
  const properties = isJsonObject(schema) ? ownProperty(schema, 'properties') : undefined;
  return (
    (typeof description === 'string' && description.trim() !== '') ||
    (isJsonObject(properties) && Object.keys(properties).length > 0)
  );
}

function idOf(tool: ToolDefinition): string {
  return `${tool.server}/${tool.name}`;
}
