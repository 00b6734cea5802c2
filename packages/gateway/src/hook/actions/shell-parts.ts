/** Text for a shell as parts: its programs, files and hosts, those of package scripts among them. */
import { posix } from 'node:path';
import type { Part } from '@writ/core';
import { analyseShell, type ShellCommand, type ShellFacts, type ShellFile } from '@writ/detectors/shell';
import { execDetails, wordsBehindSubcommand } from '../../programs/index.ts';
import { filePart } from './file-parts.ts';
import { remoteHosts } from './git-remotes.ts';
import { givenPlaces } from './given-places.ts';
import { hostPart, type ReachedHost } from './host-parts.ts';
import { packageScripts } from './package-scripts.ts';
import { isInside, realPath } from './real-path.ts';
import { patched } from './shell-patches.ts';
import { ShellRefusal } from './shell-refusal.ts';
import { isInWorkspace, type Surroundings } from './surroundings.ts';

/** How deep scripts of packages may start one another, and how many of them are read for one call. */
const MAX_SCRIPT_DEPTH = 4;
const MAX_SCRIPTS = 64;
const SCRIPT = 'package-script';
/** Codes that may be of no command: what bears them runs, or cannot be seen, wherever it stands. They are said of every program of the text. */
const OF_TEXT: ReadonlySet<string> = new Set([
  'control-character',
  'arithmetic-code',
  'dynamic-code',
  'deferred-code',
]);
const REMOTE = 'unresolved:remote';
/** Programs that write what they made of sources; what others write is as they like. */
const COMPILES: ReadonlySet<string> = new Set(
  'gcc g++ cc c++ clang clang++ ld rustc cargo go tsc esbuild swc javac kotlinc scalac swiftc zig ghc ocamlopt make gmake ninja cmake npm npx pnpm yarn bun chmod touch mkdir'.split(
    ' ',
  ),
);

/** Files that say what a build or a package script runs. */
const BUILD_FILES: ReadonlySet<string> = new Set(
  'package.json Makefile makefile GNUmakefile CMakeLists.txt build.ninja justfile Justfile Rakefile pom.xml build.gradle build.gradle.kts'.split(
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
  /** Folders that were looked up, and whether a workspace lies in them. */
  readonly #wholes = new Map<string, boolean>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  parts({ text, cwd, shell }: ShellText, depth: number): readonly Part[] {
    const { workspace, home } = this.#around;
    const facts = analyseShell(text, { cwd, workspace, home, ...(shell === undefined ? {} : { shell }) });
    if ('refused' in facts) throw new ShellRefusal(facts.refused, facts.reason);
    const nested: Part[] = [];
    const ofText = facts.unresolved.filter((code) => OF_TEXT.has(code));
    // `[[ -v 'a[$(x)]' ]]` is no command, and runs one.
    if (facts.commands.length === 0 && ofText.length > 0) nested.push(this.#unknown(text, cwd, ofText));
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

  #unknown(line: string, cwd: string, unresolved: readonly string[]): Part {
    const known = {
      line,
      options: [],
      operands: [],
      cwd,
      in_workspace: this.#isInWorkspace(cwd),
      piped_from: [],
    };
    return {
      action: { name: 'process/exec' },
      resource: { type: 'program', id: '?' },
      args: { ...known, unresolved: [...unresolved] },
    };
  }

  #scriptsOf(command: ShellCommand, depth: number): readonly Part[] | undefined {
    const found = packageScripts(command, this.#around.files);
    if (found === undefined || depth >= MAX_SCRIPT_DEPTH) return undefined;
    this.#scripts += found.texts.length;
    if (this.#scripts > MAX_SCRIPTS) return undefined;
    return found.texts.flatMap((text) => this.parts({ text, cwd: found.folder, shell: 'sh' }, depth + 1));
  }

  #program(command: ShellCommand, { unresolved, files }: ShellFacts, isScriptRead: boolean): Part {
    const { program, cwd, otherCwds = [] } = command;
    const isInside = [cwd, ...otherCwds].every((folder) => this.#isInWorkspace(folder));
    const ofText = unresolved.filter((code) => OF_TEXT.has(code));
    const codes = [...command.unresolved, ...ofText, ...this.#outside(command, files)].filter(
      (code) => !(isScriptRead && code === SCRIPT),
    );
    return {
      action: { name: 'process/exec' },
      resource: { type: 'program', id: program },
      args: {
        ...execDetails(command),
        in_workspace: isInside && command.inWorkspace,
        unresolved: [...new Set<string>(codes)],
      },
    };
  }

  /** Whether what runs is a file that lies outside the workspace and not in the system, or one that this very text writes as it likes. */
  #outside(command: ShellCommand, files: readonly ShellFile[]): readonly string[] {
    const { program, path, unresolved } = command;
    const local = path !== undefined && unresolved.includes('local-program') ? [path] : [];
    const scripts = unresolved.includes('script-file')
      ? files.filter(({ by, access }) => by === program && access === 'read').map((file) => file.path)
      : [];
    const isWritten = [...local, ...scripts].some((file) => this.#isWritten(file, files));
    return [
      ...(local.some((file) => !this.#isInWorkspace(file)) ? ['program-outside'] : []),
      ...(scripts.some((file) => !this.#isInWorkspace(file)) ? ['script-outside'] : []),
      ...(isWritten || this.#buildsByWritten(command, files) ? ['written-here'] : []),
      ...(this.#isGivenOutside(command) ? ['given-outside'] : []),
    ];
  }

  #isGivenOutside({ program, argv, cwd }: ShellCommand): boolean {
    return givenPlaces(program, argv).some((place) => {
      const { home, files } = this.#around;
      const whole = place.startsWith('~')
        ? `${home}${place.slice(1)}`
        : place.startsWith('/')
          ? place
          : `${cwd}/${place}`;
      return !isInWorkspace(realPath(whole, files).path, this.#around);
    });
  }

  /** Whether the same text makes the manifest or build file anew by which this command finds what it runs. */
  #buildsByWritten(command: ShellCommand, files: readonly ShellFile[]): boolean {
    const { unresolved, cwd, otherCwds = [] } = command;
    if (!unresolved.some((code) => code === SCRIPT || code === 'build-file')) return false;
    const folders = [cwd, ...otherCwds];
    return (
      folders.some((folder) => this.#isWritten(`${folder}/.`, files)) ||
      files.some(
        ({ access, path }) =>
          access === 'write' &&
          BUILD_FILES.has(posix.basename(path)) &&
          folders.some((folder) => isInside(folder, posix.dirname(path))),
      )
    );
  }

  /** Whether this text writes `file`, or a folder around it that is not the whole place where the text runs. */
  #isWritten(file: string, files: readonly ShellFile[]): boolean {
    return files.some(
      ({ access, path, by, unresolved }) =>
        access === 'write' &&
        !COMPILES.has(by) &&
        (path === file || (unresolved.includes('below') && isInside(file, path) && !this.#isWhole(path))),
    );
  }

  #isWhole(path: string): boolean {
    const known = this.#wholes.get(path);
    if (known !== undefined) return known;
    const { path: real } = realPath(path, this.#around.files);
    const isWhole = this.#around.workspaces.some((root) => isInside(root, real));
    this.#wholes.set(path, isWhole);
    return isWhole;
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
          operands: wordsBehindSubcommand(command as ShellCommand).operands,
        },
        files,
        home,
      ),
    );
  return found.length === 0 || found.some((one) => one === undefined)
    ? undefined
    : found.flatMap((one) => one ?? []);
}
