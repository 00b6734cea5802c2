/** What tests ask of the actions of hooks. */
import type { InterceptedAction, JsonObject } from '@writ/core';
import { createHookActions, type HookFiles } from '../../src/hook/actions/index.ts';
import { ADAPTERS } from '../../src/hook/hosts/index.ts';
import type { HostId } from '../../src/hook/index.ts';
import { developerFiles, HOME, PROJECT } from './developer-files.ts';
import { payloadOf } from './payload-of.ts';

/** The action that `host` asks for with `tool`. */
export function action(
  host: HostId,
  tool: string,
  input: JsonObject,
  files: HookFiles = developerFiles(),
): Promise<InterceptedAction> {
  const event = ADAPTERS[host].read(payloadOf(host, tool, input), { cwd: PROJECT });
  return createHookActions({ home: HOME, files }).action(event);
}

/** `file/read /path`, with what counts of the details behind it. */
export async function parts(...asked: Parameters<typeof action>): Promise<readonly string[]> {
  return (await action(...asked)).parts.map(({ action: { name }, resource, args }) => {
    const codes = Array.isArray(args?.['unresolved']) ? (args['unresolved'] as readonly string[]) : [];
    const marks = [
      ...(args?.['through_link'] === true ? ['link'] : []),
      ...(args?.['in_workspace'] === false ? ['outside'] : []),
      ...codes,
    ];
    return [`${name} ${resource.id}`, ...marks].join(' ');
  });
}

/** Parts of a shell command of Claude Code. */
export const bash = (command: string, files?: HookFiles): Promise<readonly string[]> =>
  parts('claude-code', 'Bash', { command }, files);
