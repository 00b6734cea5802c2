/** Which hosts the remotes of a repository name. Only plain settings are understood; whatever can change what they mean leaves them open. */
import { posix } from 'node:path';
import type { HookFiles } from './files.ts';
import type { ReachedHost } from './host-parts.ts';

const MAX_SETTINGS_BYTES = 256 * 1024;
const MAX_LEVELS = 64;
const SECTION = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(.*)$/;
const URL_LINE = /^\s*(?:push)?url\s*=\s*"?([^"#;]+?)"?\s*(?:[#;].*)?$/i;
const CHANGES_MEANING = /^\s*\[\s*include|insteadof\s*=|\\\s*$/im;
const SSH_SHORT = /^(?:[^@/\s]+@)?(\[[0-9a-fA-F:]+\]|[^:/\s]+):(?!\/\/)/;

/** A git command as the analysis found it. */
export interface GitCommand {
  readonly cwd: string;
  readonly otherCwds?: readonly string[];
  readonly operands: readonly string[];
}

/** The hosts that `command` may reach by a remote; `undefined` where they cannot be told. Paths of this machine are no hosts. */
export function remoteHosts(
  { cwd, otherCwds = [], operands }: GitCommand,
  files: HookFiles,
  home: string,
): readonly ReachedHost[] | undefined {
  if (otherCwds.length > 0) return undefined;
  const settings = repositorySettings(cwd, files);
  if (settings === undefined) return undefined;
  const personal = [`${home}/.gitconfig`, `${home}/.config/git/config`].map((path) =>
    files.readText(path, MAX_SETTINGS_BYTES),
  );
  if ([settings, ...personal].some((text) => text !== undefined && CHANGES_MEANING.test(text)))
    return undefined;
  const remotes = readRemotes(settings);
  const [named] = operands;
  // Without a name it is the one that a branch is set to, `origin` where none is.
  const isSet = /^\s*(?:push)?(?:remote|default)\s*=(?!\s*origin\s*$)/im.test(settings);
  const name = named ?? (isSet ? undefined : 'origin');
  const chosen = name !== undefined && remotes.has(name) ? [remotes.get(name) ?? []] : [...remotes.values()];
  const urls = chosen.flat();
  if (urls.length === 0) return undefined;
  const hosts = urls.map(hostOfRemote);
  return hosts.some((host) => host === undefined)
    ? undefined
    : hosts.filter((host): host is ReachedHost => host !== undefined);
}

function repositorySettings(cwd: string, files: HookFiles): string | undefined {
  let folder = cwd;
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const text = files.readText(posix.join(folder, '.git/config'), MAX_SETTINGS_BYTES);
    if (text !== undefined) return text;
    // A file `.git` leads elsewhere: a worktree, a submodule.
    if (files.readText(posix.join(folder, '.git'), MAX_SETTINGS_BYTES) !== undefined || folder === '/')
      return undefined;
    folder = posix.dirname(folder);
  }
  return undefined;
}

function readRemotes(settings: string): ReadonlyMap<string, readonly string[]> {
  const remotes = new Map<string, string[]>();
  let current: string | undefined;
  for (const line of settings.split(/\r?\n/)) {
    const [, section, name, rest = ''] = SECTION.exec(line) ?? [];
    if (section !== undefined) current = section.toLowerCase() === 'remote' ? name : undefined;
    const [, url] = URL_LINE.exec(section === undefined ? line : rest) ?? [];
    if (current !== undefined && url !== undefined)
      remotes.set(current, [...(remotes.get(current) ?? []), url.trim()]);
  }
  return remotes;
}

function hostOfRemote(url: string): ReachedHost | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url)) {
    const read = URL.parse(url.replace(/^[A-Za-z0-9+.-]+/, 'https'));
    const scheme = (/^[A-Za-z0-9+.-]+/.exec(url)?.[0] ?? '').toLowerCase();
    if (read === null || read.hostname === '' || scheme === 'file') return undefined;
    return {
      host: read.hostname,
      scheme,
      ...(read.port === '' ? {} : { port: Number(read.port) }),
      by: 'git',
    };
  }
  // `ext::sh -c …` is a command.
  if (url.includes('::')) return undefined;
  const [, host] = SSH_SHORT.exec(url) ?? [];
  return host === undefined ? undefined : { host, scheme: 'ssh', by: 'git' };
}
