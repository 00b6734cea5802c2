/** The action of an event: the tool that is called, and everything that is known of what it touches. */
import { Fault, type InterceptedAction, type JsonObject, type Part } from '@writ/core';
import type { HookActions, HookEvent } from '../types.ts';
import { filePart } from './file-parts.ts';
import { type HookFiles, nodeFiles } from './files.ts';
import { hostOfUrl, hostPart } from './host-parts.ts';
import { shellParts } from './shell-parts.ts';
import { ShellRefusal } from './shell-refusal.ts';
import { surroundingsOf, type Surroundings } from './surroundings.ts';
import { isOwn, toolPart, unknownPart } from './tool-parts.ts';
import { readerOf } from './tools.ts';
import type { Touched } from './touched.ts';

/** What actions are read with. */
export interface HookActionsOptions {
  /** Home folder of the person whose agent it is, absolute. */
  readonly home: string;
  /** The file system of this machine where absent. */
  readonly files?: HookFiles;
}

/** Most parts that the guard takes. */
const MAX_PARTS = 1024;
/** How deep tools may call tools. */
const MAX_DEPTH = 3;

/** Reads events. Throws `request.invalid` for arguments that a tool of this name cannot have: denied. */
export function createHookActions({ home, files = nodeFiles() }: HookActionsOptions): HookActions {
  const partsOf = (event: HookEvent, input: JsonObject): readonly Part[] => {
    const around = surroundingsOf(event, files, home);
    const parts = touchedParts(event, event.tool, input, around, 0);
    const unique = [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
    if (unique.length > MAX_PARTS)
      throw new Fault('request.invalid', `the call touches more than ${MAX_PARTS} things`);
    return unique;
  };
  return {
    action(event) {
      return Promise.resolve().then((): InterceptedAction => {
        const common = {
          face: 'hook',
          initiator: 'agent',
          phase: 'call',
          method: 'tools/call',
          args: event.input,
          delivers: [toolPart(event.host, event.tool).resource],
          ...(event.session === undefined ? {} : { sessionClaim: event.session }),
        } as const;
        try {
          return {
            ...common,
            parts: partsOf(event, event.input),
            partsOf: (changed) => partsOf(event, changed),
          };
        } catch (thrown) {
          if (!(thrown instanceof ShellRefusal)) throw thrown;
          const { code, message } = thrown;
          return {
            ...common,
            parts: [toolPart(event.host, event.tool)],
            refusal: { code, reason: `the command was not understood: ${message}` },
          };
        }
      });
    },
  };
}

function touchedParts(
  event: HookEvent,
  tool: string,
  input: JsonObject,
  around: Surroundings,
  depth: number,
): readonly Part[] {
  if (depth > MAX_DEPTH) throw new Fault('request.invalid', 'tools call tools too deep');
  const called = toolPart(event.host, tool);
  const reader = readerOf(event.host, tool);
  if (reader === undefined)
    return isOwn(event.host, called) ? [called, unknownPart(called, around)] : [called];
  const touched = reader(input);
  return [called, ...touched.flatMap((one) => partsFor(one, event, tool, around, depth))];
}

function partsFor(
  touched: Touched,
  event: HookEvent,
  tool: string,
  around: Surroundings,
  depth: number,
): readonly Part[] {
  switch (touched.kind) {
    case 'shell': {
      const { text, shell, cwd } = touched;
      const folder = cwd === undefined ? around.cwd : cwd.startsWith('/') ? cwd : `${around.cwd}/${cwd}`;
      return shellParts({ text, cwd: folder, ...(shell === undefined ? {} : { shell }) }, around);
    }
    case 'file': {
      const { access, path, unresolved = [] } = touched;
      return [filePart({ access, path, by: tool, unresolved }, around)];
    }
    case 'url':
      return [hostPart(hostOfUrl(touched.url, tool))];
    case 'agent':
      return [
        { action: { name: 'agent/spawn' }, resource: { type: 'agent', id: `${event.host}/${touched.name}` } },
      ];
    case 'data':
      return [
        {
          action: { name: 'resources/read' },
          resource: { type: 'data', id: touched.uri, server: touched.server },
        },
      ];
    case 'tool':
      return touchedParts(event, touched.tool, touched.input, around, depth + 1);
    default:
      return touched satisfies never;
  }
}
