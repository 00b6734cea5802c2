/** Reads arguments of tools. A host may know one argument by several names: every one that is there counts. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { FileAccess } from './file-parts.ts';
import { readPatch } from './patch.ts';
import { searched } from './search-root.ts';
import { alternatives, asksForSecrets } from './secret-names.ts';
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
const FOLDERS = ['path', 'paths', 'dir_path', 'directory', 'target_directory', 'search_directory'];
const PATTERNS = ['pattern', 'glob_pattern'];
/** Which files a search looks into. */
const FILTERS = ['glob', 'globs', 'include', 'include_pattern', 'file_pattern'];
const WORKING_FOLDERS = ['workdir', 'working_directory', 'dir_path', 'directory', 'cwd'];
const PATCHES = ['patchText', 'patch', 'input', 'command'];
const COMMANDS = ['command', 'cmd'];
const TYPED = ['input', 'chars', 'text'];
/** Spaces around a path, and schemes before it, are read by some hosts and not by others. */
const READ_TWO_WAYS = /^\s|\s$|^[A-Za-z][A-Za-z0-9+.-]*:\/\/|^file:/i;
/** Most paths or calls that one call may name. */
const MAX_MEMBERS = 256;
/** Longest pattern that is taken apart. */
const MAX_PATTERN = 1024;

/** Nothing outside the conversation. */
export const nothing: ToolReader = () => [];

/** A tool that touches one file. */
export function file(...accesses: readonly FileAccess[]): ToolReader {
  return (input) => {
    const paths = plain(texts(input, PATHS), 'path');
    if (paths.length === 0) throw unreadable('path', 'is missing');
    return paths.flatMap((path) => accesses.map((access) => ({ kind: 'file', access, path }) as const));
  };
}

/** A tool that looks through a folder; the workspace where none is named. `isGlob`: its pattern is made of names. */
export function search(isGlob: boolean): ToolReader {
  return (input) => {
    const folders = plain(texts(input, FOLDERS), 'path');
    const roots = folders.length === 0 ? ['.'] : folders;
    const patterns = isGlob ? plain(texts(input, PATTERNS), 'pattern') : [];
    const isForSecrets = !isGlob && texts(input, FILTERS).some(isFilterForSecrets);
    const unresolved = ['below', ...(isForSecrets ? ['secret-names'] : [])];
    return roots.flatMap((root) =>
      patterns.length === 0
        ? [{ kind: 'file', access: 'read', path: root, unresolved } as const]
        : patterns.flatMap((pattern) => readings(pattern).map((one) => searched(root, one))),
    );
  };
}

/** A tool that reads what several patterns match. */
export const manyFiles: ToolReader = (input) => {
  const patterns = plain([...list(input, 'include'), ...list(input, 'paths')], 'include');
  if (patterns.length === 0) throw unreadable('include', 'is missing');
  return patterns.flatMap((pattern) => readings(pattern).map((one) => searched('.', one)));
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
export const typed: ToolReader = (input) =>
  texts(input, TYPED).map((text) => ({ kind: 'shell', text: text.replace(/\{enter\}/g, '\n') }));

/** A tool that fetches the URLs in one of its texts. */
export const fetches: ToolReader = (input) => {
  const urls = texts(input, ['url', 'urls']);
  if (urls.length > 0) return urls.map((url) => ({ kind: 'url', url }));
  const [prompt = ''] = texts(input, ['prompt']);
  // Some hosts take a whole word for the address: `http://a"@b/` is one of `b`.
  const words = prompt.split(/\s+/).filter((word) => /^https?:\/\//i.test(word));
  const inside = prompt.match(/https?:\/\/[^\s"'<>)\]]+/gi) ?? [];
  if (words.length + inside.length > 2 * MAX_MEMBERS) throw unreadable('prompt', 'names too many addresses');
  const found = [...new Set([...words.filter((word) => URL.canParse(word)), ...inside])];
  return (found.length === 0 ? [''] : found).map((url) => ({ kind: 'url', url }));
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
  const [command, ...others] = COMMANDS.map((name) => input[name] ?? undefined).filter(
    (one) => one !== undefined,
  );
  if (others.length > 0) throw unreadable('command', 'is given twice');
  if (typeof command === 'string') return command;
  if (!Array.isArray(command)) throw unreadable('command', 'is no text');
  const words = (command as readonly JsonValue[]).map((word) => {
    if (typeof word !== 'string') throw unreadable('command', 'is no list of texts');
    return `'${word.replaceAll("'", "'\\''")}'`;
  });
  return words.join(' ');
}

/** A group may lead to several folders: `{a,/b}/*`. */
function readings(pattern: string): readonly string[] {
  if (!/[{(][^{}()]*\//.test(pattern)) return [pattern];
  const found = pattern.length > MAX_PATTERN ? undefined : alternatives(pattern);
  if (found === undefined) throw unreadable('pattern', 'can be read in too many ways');
  return found;
}

/** Filters of one text stand apart by commas or spaces. */
function isFilterForSecrets(filter: string): boolean {
  return filter.length > MAX_PATTERN || [filter, ...filter.split(/[\s,]+/)].some(asksForSecrets);
}

/** `paths`, none of which two hosts would read differently. */
function plain(paths: readonly string[], name: string): readonly string[] {
  if (paths.some((path) => READ_TWO_WAYS.test(path)))
    throw unreadable(name, 'has spaces around it, or is an address');
  return paths;
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
