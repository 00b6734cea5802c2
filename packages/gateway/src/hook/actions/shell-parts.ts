/** Text for a shell as parts: its programs, files and hosts, those of package scripts among them. */
import type { Part } from '@writ/core';
import { analyseShell, type ShellCommand, type ShellFacts, type ShellFile } from '@writ/detectors/shell';
import { filePart } from './file-parts.ts';
import { remoteHosts } from './git-remotes.ts';
import { hostPart, type ReachedHost } from './host-parts.ts';
import { packageScripts } from './package-scripts.ts';
import { readPatch } from './patch.ts';
import { realPath } from './real-path.ts';
import { ShellRefusal } from './shell-refusal.ts';
import { isInWorkspace, type Surroundings } from './surroundings.ts';

/** How deep scripts of packages may start one another, and how many of them are read for one call. */
const MAX_SCRIPT_DEPTH = 4;
const MAX_SCRIPTS = 64;
const SCRIPT = 'package-script';
const REMOTE = 'unresolved:remote';
/** Programs that write what they are given or fetch; compilers are none of them. */
const WRITES_TEXT: ReadonlySet<string> = new Set(
  'shell cat echo printf tee curl wget base64 xxd dd cp mv ln install sed awk sponge openssl tar unzip gunzip zcat'.split(
    ' ',
  ),
);

/** Text, and where it runs. */
export interface ShellText {
  readonly text: string;
  readonly cwd: string;
  readonly shell?: string;
}

/** The parts of `shellText`. Throws {@link ShellRefusal} for what is not analysed. */
export function shellParts(shellText: ShellText, around: Surroundings): readonly Part[] {
  return new Reading(around).parts(shellText, 0);
}

class Reading {
  readonly #around: Surroundings;
  #scripts = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  parts({ text, cwd, shell }: ShellText, depth: number): readonly Part[] {
    const { workspace, home } = this.#around;
    const facts = analyseShell(text, { cwd, workspace, home, ...(shell === undefined ? {} : { shell }) });
    if ('refused' in facts) throw new ShellRefusal(facts.refused, facts.reason);
    const nested: Part[] = [];
    const programs = facts.commands.map((command) => {
      const scripts = command.unresolved.includes(SCRIPT) ? this.#scriptsOf(command, depth) : undefined;
      nested.push(...(scripts ?? []));
      return this.#program(command, facts, scripts !== undefined);
    });
    return [
      ...programs,
      ...facts.files.flatMap((file) => this.#files(file)),
      ...hosts(facts, this.#around),
      ...patched(facts, text, this.#around),
      ...nested,
    ];
  }

  #scriptsOf(command: ShellCommand, depth: number): readonly Part[] | undefined {
    const found = packageScripts(command, this.#around.files);
    if (found === undefined || depth >= MAX_SCRIPT_DEPTH) return undefined;
    this.#scripts += found.texts.length;
    if (this.#scripts > MAX_SCRIPTS) return undefined;
    return found.texts.flatMap((text) => this.parts({ text, cwd: found.folder, shell: 'sh' }, depth + 1));
  }

  #program(command: ShellCommand, { unresolved, files }: ShellFacts, isScriptRead: boolean): Part {
    const { program, path, line, subcommand, cwd, otherCwds = [], pipedFrom } = command;
    const { options, operands } = behindSubcommand(command);
    const isInside = [cwd, ...otherCwds].every((folder) => this.#isInWorkspace(folder));
    // What no reader of the text can see is said of every program in it.
    const ofText = unresolved.filter((code) => code === 'control-character');
    const codes = [...command.unresolved, ...ofText, ...this.#outside(command, files)].filter(
      (code) => !(isScriptRead && code === SCRIPT),
    );
    return {
      action: { name: 'process/exec' },
      resource: { type: 'program', id: program },
      args: {
        line,
        ...(subcommand === undefined ? {} : { subcommand }),
        options: [...new Set(options)],
        operands: [...new Set(operands)],
        cwd,
        in_workspace: isInside && command.inWorkspace,
        piped_from: [...new Set(pipedFrom)],
        unresolved: [...new Set<string>(codes)],
        ...(path === undefined ? {} : { path }),
      },
    };
  }

  /** Whether what runs is a file that lies outside the workspace and not in the system, or one that this very text writes as it likes. */
  #outside({ program, path, unresolved }: ShellCommand, files: readonly ShellFile[]): readonly string[] {
    const local = path !== undefined && unresolved.includes('local-program') ? [path] : [];
    const scripts = unresolved.includes('script-file')
      ? files.filter(({ by, access }) => by === program && access === 'read').map((file) => file.path)
      : [];
    const written = files.filter(({ by, access }) => access === 'write' && WRITES_TEXT.has(by));
    const isWritten = [...local, ...scripts].some((file) => written.some((one) => one.path === file));
    return [
      ...(local.some((file) => !this.#isInWorkspace(file)) ? ['program-outside'] : []),
      ...(scripts.some((file) => !this.#isInWorkspace(file)) ? ['script-outside'] : []),
      ...(isWritten ? ['written-here'] : []),
    ];
  }

  #isInWorkspace(folder: string): boolean {
    return isInWorkspace(realPath(folder, this.#around.files).path, this.#around);
  }

  /** Where `..` was taken out of a path by its names alone, a link may lead elsewhere: both readings count. */
  #files({ access, path, asGiven, by, unresolved }: ShellFile): readonly Part[] {
    const touched = { access, by, unresolved };
    const parts = [path, ...(asGiven === undefined ? [] : [asGiven])].map((one) =>
      filePart({ ...touched, path: one }, this.#around),
    );
    return parts.length === 2 && parts[0]?.resource.id === parts[1]?.resource.id ? parts.slice(0, 1) : parts;
  }
}

/** Options may stand behind a subcommand, too: `git push --force`. Whatever looks like one counts as one. */
function behindSubcommand({
  subcommand,
  options,
  operands,
}: ShellCommand): Pick<ShellCommand, 'options' | 'operands'> {
  if (subcommand === undefined) return { options, operands };
  const late = operands.filter((word) => /^-./.test(word));
  return {
    options: [...options, ...late.flatMap(optionNames)],
    operands: operands.filter((word) => !late.includes(word)),
  };
}

/** `--pid=host` is `--pid`; `-Df` is `-D` and `-f`, and itself. */
function optionNames(word: string): readonly string[] {
  const [name = word] = word.split('=', 1);
  if (name.startsWith('--') || name.length === 2) return [name];
  return [name, ...(name.slice(1).match(/[A-Za-z0-9]/g) ?? []).map((letter) => `-${letter}`)];
}

function hosts(facts: ShellFacts, around: Surroundings): readonly Part[] {
  const isRemote = facts.hosts.some(({ host, by }) => host === REMOTE && by === 'git');
  const looked = isRemote ? looksUp(facts, around) : undefined;
  const reached: readonly ReachedHost[] = facts.hosts.flatMap((host) =>
    host.host === REMOTE && host.by === 'git' && looked !== undefined ? looked : [host],
  );
  return reached.map(hostPart);
}

/** Subcommands of git that reach a remote by its name. */
const REACHES = new Set([
  'push',
  'fetch',
  'pull',
  'ls-remote',
  'remote',
  'submodule',
  'lfs',
  'clone',
  'archive',
]);

function looksUp(
  { commands }: ShellFacts,
  { files, home }: Surroundings,
): readonly ReachedHost[] | undefined {
  const found = commands
    .filter(({ program, subcommand }) => program === 'git' && REACHES.has(subcommand ?? ''))
    .map(({ cwd, otherCwds, ...command }) =>
      remoteHosts(
        {
          cwd,
          ...(otherCwds === undefined ? {} : { otherCwds }),
          operands: behindSubcommand(command as ShellCommand).operands,
        },
        files,
        home,
      ),
    );
  return found.length === 0 || found.some((one) => one === undefined)
    ? undefined
    : found.flatMap((one) => one ?? []);
}

/** Codex takes `apply_patch` in a command for its own tool. */
function patched({ commands }: ShellFacts, text: string, around: Surroundings): readonly Part[] {
  const isPatch = commands.some(({ program }) => program === 'apply_patch' || program === 'applypatch');
  if (!isPatch) return [];
  return readPatch(text).flatMap((touched) =>
    touched.kind === 'file'
      ? [filePart({ access: touched.access, path: touched.path, by: 'apply_patch', unresolved: [] }, around)]
      : [],
  );
}
