/** Reads arguments of tools. A host may know one argument by several names: every one that is there counts. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { FileAccess } from './file-parts.ts';
import { readPatch } from './patch.ts';
import { searched } from './search-root.ts';
import type { ToolInput, ToolReader, Touched } from './touched.ts';
import { unreadable } from './unreadable.ts';

const PATHS = [
  'file_path',
  'filePath',
  'path',
  'absolute_path',
  'target_file',
  'notebook_path',
  'target_notebook',
  'relative_workspace_path',
];
const FOLDERS = ['path', 'dir_path', 'directory', 'target_directory', 'search_directory'];
const PATTERNS = ['pattern', 'glob_pattern'];
const WORKING_FOLDERS = ['workdir', 'working_directory', 'dir_path', 'directory', 'cwd'];
const PATCHES = ['patchText', 'patch', 'input', 'command'];
/** Most paths or calls that one call may name. */
const MAX_MEMBERS = 256;

/** Nothing outside the conversation. */
export const nothing: ToolReader = () => [];

/** A tool that touches one file. */
export function file(...accesses: readonly FileAccess[]): ToolReader {
  return (input) => {
    const paths = texts(input, PATHS);
    if (paths.length === 0) throw unreadable('path', 'is missing');
    return paths.flatMap((path) => accesses.map((access) => ({ kind: 'file', access, path }) as const));
  };
}

/** A tool that looks through a folder; the workspace where none is named. `isGlob`: its pattern is made of names. */
export function search(isGlob: boolean): ToolReader {
  return (input) => {
    const folders = texts(input, FOLDERS);
    const roots = folders.length === 0 ? ['.'] : folders;
    const patterns = isGlob ? texts(input, PATTERNS) : [];
    return roots.flatMap((root) =>
      patterns.length === 0
        ? [{ kind: 'file', access: 'read', path: root, unresolved: ['below'] } as const]
        : patterns.map((pattern) => searched(root, pattern)),
    );
  };
}

/** A tool that reads what several patterns match. */
export const manyFiles: ToolReader = (input) => {
  const patterns = [...list(input, 'include'), ...list(input, 'paths')];
  if (patterns.length === 0) throw unreadable('include', 'is missing');
  return patterns.map((pattern) => searched('.', pattern));
};

/** A tool that hands text to a shell. Lists of words are quoted into a line. */
export const shell: ToolReader = (input) => {
  const [cwd, ...others] = texts(input, WORKING_FOLDERS);
  if (others.length > 0) throw unreadable('directory', 'is given twice');
  const named = input['shell'];
  return [
    {
      kind: 'shell',
      text: commandText(input),
      ...(cwd === undefined ? {} : { cwd }),
      ...(typeof named === 'string' ? { shell: named } : {}),
    },
  ];
};

/** Text for PowerShell, which is not read: refused by the analysis. */
export const powerShell: ToolReader = (input) => [
  { kind: 'shell', text: commandText(input), shell: 'powershell' },
];

/** Text that is typed into a shell which runs already. */
export const typed: ToolReader = (input) => {
  const [text] = texts(input, ['input', 'chars', 'text']);
  return text === undefined ? [] : [{ kind: 'shell', text: text.replace(/\{enter\}/g, '\n') }];
};

/** A tool that fetches the URLs in one of its texts. */
export const fetches: ToolReader = (input) => {
  const urls = texts(input, ['url', 'urls']);
  if (urls.length > 0) return urls.map((url) => ({ kind: 'url', url }));
  const [prompt = ''] = texts(input, ['prompt']);
  const found = prompt.match(/https?:\/\/[^\s"'<>)\]]+/gi) ?? [];
  if (found.length === 0) return [{ kind: 'url', url: '' }];
  return found.slice(0, MAX_MEMBERS).map((url) => ({ kind: 'url', url }));
};

/** A tool that starts another agent. */
export const spawns: ToolReader = (input) => {
  const [name = 'agent'] = texts(input, ['subagent_type', 'agent_type', 'agent_name', 'agent']);
  return [{ kind: 'agent', name }];
};

/** A resource of an MCP server. */
export const data: ToolReader = (input) => {
  const [server] = texts(input, ['server', 'server_name']);
  const [uri] = texts(input, ['uri']);
  if (server === undefined || uri === undefined) throw unreadable('uri', 'is missing');
  return [{ kind: 'data', server, uri }];
};

/** A patch in the form that begins with `*** Begin Patch`. */
export const patch: ToolReader = (input) => {
  const found = texts(input, PATCHES);
  if (found.length === 0) throw unreadable('patch', 'is missing');
  return found.flatMap(readPatch);
};

/** A tool that calls several others. */
export const batch: ToolReader = (input) => {
  const calls = input['tool_calls'];
  if (!Array.isArray(calls) || calls.length > MAX_MEMBERS) throw unreadable('tool_calls', 'is no list');
  return (calls as readonly JsonValue[]).map((call): Touched => {
    const tool = isJsonObject(call) ? call['tool'] : undefined;
    const inner = isJsonObject(call) ? call['parameters'] : undefined;
    if (typeof tool !== 'string' || !isJsonObject(inner)) throw unreadable('tool_calls', 'names no tool');
    return { kind: 'tool', tool, input: inner };
  });
};

function commandText(input: ToolInput): string {
  const command = input['command'] ?? input['cmd'];
  if (typeof command === 'string') return command;
  if (!Array.isArray(command)) throw unreadable('command', 'is no text');
  const words = (command as readonly JsonValue[]).map((word) => {
    if (typeof word !== 'string') throw unreadable('command', 'is no list of texts');
    return `'${word.replaceAll("'", "'\\''")}'`;
  });
  return words.join(' ');
}

/** The texts under any of `names`. Throws where one is something else. */
function texts(input: ToolInput, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined || value === null || value === '') return [];
    if (Array.isArray(value)) return list(input, name);
    if (typeof value !== 'string') throw unreadable(name, 'is no text');
    return [value];
  });
}

function list(input: JsonObject, name: string): readonly string[] {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  if (value === undefined || value === null) return [];
  const members = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (members.length > MAX_MEMBERS) throw unreadable(name, 'has too many members');
  return members.map((member) => {
    if (typeof member !== 'string') throw unreadable(name, 'is no list of texts');
    return member;
  });
}
