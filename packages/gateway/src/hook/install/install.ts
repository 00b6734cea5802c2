/** Puts hooks before a host, takes them away, and tells what is there. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  canonicalJson,
  Fault,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  type Random,
} from '@writ/core';
import { installedFile, installedList } from '../../config/index.ts';
import { openHookFolder } from '../daemon/index.ts';
import { type HostId, HOSTS } from '../types.ts';
import { pluginText } from './plugin.ts';
import { type HookCommands, type HookScope, hostFile, OPENCODE_RISKS, RECIPES } from './recipes.ts';
import { commandsIn, hooksTurnedOffBy, readSettings, withHooks, withoutHooks } from './settings.ts';

/** The hook in one file, as it is shipped. */
const SHIPPED = join(import.meta.dirname, '../../../hook/hook.cjs');
const HOOK_NAME = 'hook.cjs';
/** What a file was before Writ first wrote to it. */
const BACKUP_ENDING = '.before-writ';
/** What hosts wait longer than hooks take, in seconds. */
const GRACE_SECONDS = 10;

/** Variables by which a Node loads, or writes, what nobody here chose; the first two also cost it time. */
const CLEARED = [
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
  'NODE_V8_COVERAGE',
  'NODE_REDIRECT_WARNINGS',
  'NODE_ICU_DATA',
  'OPENSSL_CONF',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'DYLD_INSERT_LIBRARIES',
  'DYLD_LIBRARY_PATH',
];

/** What is installed. */
export interface InstallOptions {
  readonly host: HostId;
  readonly scope: HookScope;
  /** The folder in which hooks meet the daemon. */
  readonly folder: string;
  /** A Node, absolute. */
  readonly node: string;
  /** The command that starts the daemon. */
  readonly daemon: readonly string[];
  /** Milliseconds after which hooks deny by themselves. */
  readonly deadlineMs: number;
  readonly random: Random;
  /** Nothing is written. */
  readonly isDry?: boolean;
}

/** What was done, or would be. */
export interface Installation {
  readonly host: HostId;
  readonly file: string;
  readonly text: string;
  readonly isChanged: boolean;
  /** Where the file as it was is kept; absent where there was none. */
  readonly backup?: string;
  readonly risks: readonly string[];
}

/** A file that hooks stand in. */
export interface InstalledHook {
  readonly host: HostId;
  readonly file: string;
  /** Whether they still stand there, as far as the file tells. */
  readonly isThere: boolean;
  /** Whether its program is the one that this version of Writ ships. */
  readonly isCurrent: boolean;
  /** What the host starts before a call; absent for a plug-in. */
  readonly before?: string;
}

/** Installs. Throws `config.syntax` and `config.invalid` for a file that is edited by hand, with what to write; `key.permissions`. */
export function installHook(options: InstallOptions): Installation {
  const { host, scope, folder, isDry = false, random } = options;
  const file = realFile(hostFile(host, scope));
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const text = host === 'opencode' ? plugin(options) : settingsText(host, options, file, before ?? '');
  const risks = host === 'opencode' ? OPENCODE_RISKS : RECIPES[host].risks;
  const backup = before === undefined || before.includes(HOOK_NAME) ? undefined : `${file}${BACKUP_ENDING}`;
  if (!isDry) {
    openHookFolder(folder, random);
    const hook = join(folder, HOOK_NAME);
    replaceFile(hook, readFileSync(SHIPPED, 'utf8'), 0o600);
    if (backup !== undefined) copyFileSync(file, backup);
    // Known, and so out of reach, before it is there.
    note(folder, [...noted(folder).filter((one) => one.file !== file), { host, file }]);
    if (text !== before) replaceFile(file, text);
  }
  return {
    host,
    file,
    text,
    isChanged: text !== before,
    ...(backup === undefined ? {} : { backup }),
    risks,
  };
}

/** Takes away what {@link installHook} wrote for `host` in `scope`; whether there was any. */
export function uninstallHook(
  host: HostId,
  scope: HookScope,
  folder: string,
): { file: string; isChanged: boolean } {
  const file = realFile(hostFile(host, scope));
  let isChanged = false;
  if (existsSync(file)) {
    const before = readFileSync(file, 'utf8');
    const backup = `${file}${BACKUP_ENDING}`;
    if (host === 'opencode') {
      isChanged = before.includes(HOOK_NAME);
      if (isChanged && existsSync(backup)) renameSync(backup, file);
      else if (isChanged) rmSync(file);
    } else {
      const settings = readSettings(before, file, { hooks: {} });
      isChanged = commandsIn(settings).length > 0;
      const after = withoutHooks(settings);
      const isEmpty = Object.keys(after).every((key) => Object.hasOwn(RECIPES[host].fresh, key));
      if (isChanged && isAsBefore(backup, after)) {
        // Nothing else was changed since: to the byte.
        replaceFile(file, readFileSync(backup, 'utf8'));
        rmSync(backup);
      } else if (isChanged && isEmpty && !existsSync(backup)) rmSync(file);
      else if (isChanged) replaceFile(file, printed(after, before));
    }
  }
  note(
    folder,
    noted(folder).filter((one) => one.file !== file),
  );
  return { file, isChanged };
}

/** Whether `backup` holds what `settings` says. */
function isAsBefore(backup: string, settings: JsonObject): boolean {
  return (
    existsSync(backup) &&
    canonicalJson(withoutHooks(settingsIn(readFileSync(backup, 'utf8')))) === canonicalJson(settings)
  );
}

/** Every hook that was installed for the daemon of `folder`. */
export function installedHooks(folder: string): readonly InstalledHook[] {
  const program = join(folder, HOOK_NAME);
  const isCurrent = existsSync(program) && readFileSync(program).equals(readFileSync(SHIPPED));
  return noted(folder).map(({ host, file }) => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (host === 'opencode') return { host, file, isThere: text.includes(program), isCurrent };
    const settings = settingsIn(text);
    const mine = commandsIn(settings).filter(({ command }) => command.includes(folder));
    const before = mine.find(({ command }) => command.includes('--event before'))?.command;
    const isThere = before !== undefined && hooksTurnedOffBy(settings) === undefined;
    return { host, file, isThere, isCurrent, ...(before === undefined ? {} : { before }) };
  });
}

function settingsText(
  host: Exclude<HostId, 'opencode'>,
  options: InstallOptions,
  file: string,
  before: string,
): string {
  const { fresh, entries } = RECIPES[host];
  const made = entries(commandsFor(host, options));
  const snippet = {
    hooks: Object.fromEntries(Object.entries(made).map(([event, entry]) => [event, [entry]])),
  };
  const settings = readSettings(before, file, snippet);
  const off = hooksTurnedOffBy(settings);
  if (off !== undefined)
    throw new Fault('config.invalid', `\`${off}\` in \`${file}\` keeps hooks from being started`, {
      file,
      hint: 'take it out, and install again',
    });
  return printed(withHooks({ ...(before.trim() === '' ? fresh : {}), ...settings }, made, file), before);
}

/** INVARIANT: a hook that the shell cannot start, or that ends in any way of its own, ends with 2: hosts take that for a denial. */
function commandsFor(host: HostId, options: InstallOptions): HookCommands {
  const { folder, node, daemon, deadlineMs } = options;
  const command = (event: string): string => {
    const words = [node, join(folder, HOOK_NAME), '--host', host, '--event', event, '--folder', folder];
    const all = [...words, '--deadline', String(deadlineMs), '--', ...daemon].map(quoted).join(' ');
    return `unset ${CLEARED.join(' ')}; ${all} || exit 2`;
  };
  const timeoutSeconds = Math.ceil(deadlineMs / 1000) + GRACE_SECONDS;
  return { before: command('before'), after: command('after'), timeoutSeconds };
}

function plugin({ folder, node, daemon, deadlineMs }: InstallOptions): string {
  const words = [node, join(folder, HOOK_NAME), '--host', 'opencode', '--folder', folder];
  const limitMs = deadlineMs + GRACE_SECONDS * 1000;
  return pluginText([...words, '--deadline', String(deadlineMs)], daemon, limitMs);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function settingsIn(text: string): JsonObject {
  try {
    const settings = parseStrictJson(text);
    return isJsonObject(settings) ? settings : {};
  } catch {
    return {};
  }
}

/** As the file was indented. */
function printed(settings: JsonObject, before: string): string {
  const indent = /^\{\r?\n([ \t]+)/.exec(before)?.[1] ?? '  ';
  return `${JSON.stringify(settings, null, indent)}\n`;
}

/** Through links: the file that is meant, and not the link, is replaced. */
function realFile(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

function replaceFile(file: string, text: string, mode?: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const made = join(dirname(file), `.${basename(file)}.${process.pid}`);
  writeFileSync(made, text, { mode: 0o600 });
  chmodSync(made, mode ?? (existsSync(file) ? statSync(file).mode & 0o777 : 0o600));
  renameSync(made, file);
}

interface Noted {
  readonly host: HostId;
  readonly file: string;
}

/** What stands in the folder about earlier installations. */
function noted(folder: string): readonly Noted[] {
  return installedList(folder).flatMap(({ host, file }): readonly Noted[] => {
    const known = HOSTS.find((name) => name === host);
    return known === undefined || typeof file !== 'string' ? [] : [{ host: known, file }];
  });
}

function note(folder: string, list: readonly Noted[]): void {
  if (!existsSync(folder)) return;
  replaceFile(installedFile(folder), `${JSON.stringify(list, null, 2)}\n`, 0o600);
}
