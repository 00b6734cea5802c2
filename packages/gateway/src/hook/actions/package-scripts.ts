/** What `npm test` runs: the scripts of the nearest manifest. */
import { posix } from 'node:path';
import { isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';
import type { HookFiles } from './files.ts';

/** Text of scripts and the folder they run in. */
export interface PackageScripts {
  readonly folder: string;
  /** In the order in which they run: `pretest`, `test`, `posttest`. */
  readonly texts: readonly string[];
}

/** A command as the analysis found it. */
export interface ScriptCommand {
  readonly program: string;
  readonly cwd: string;
  readonly otherCwds?: readonly string[];
  readonly packageScript?: string;
  readonly options: readonly string[];
}

const RUNNERS = new Set(['npm', 'pnpm', 'yarn', 'bun']);
/** Options that say in which package: what they name is not looked up. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  '--prefix -C --dir --cwd -w --workspace --workspaces -ws --filter -F -r --recursive --script-shell --shell-emulator -g --global'.split(
    ' ',
  ),
);
const MAX_MANIFEST_BYTES = 1 << 20;
const MAX_LEVELS = 64;

/** The scripts that `command` runs; `undefined` where they cannot be told. */
export function packageScripts(command: ScriptCommand, files: HookFiles): PackageScripts | undefined {
  const { program, cwd, otherCwds = [], packageScript: name, options } = command;
  if (!RUNNERS.has(program) || name === undefined || otherCwds.length > 0) return undefined;
  if (options.some((option) => ELSEWHERE.has(option))) return undefined;
  const found = nearest(cwd, files);
  const scripts = found === undefined ? undefined : found.manifest['scripts'];
  if (found === undefined || !isJsonObject(scripts)) return undefined;
  const texts = [`pre${name}`, name, `post${name}`].map((key) =>
    Object.hasOwn(scripts, key) ? scripts[key] : undefined,
  );
  if (typeof texts[1] !== 'string') return undefined;
  return { folder: found.folder, texts: texts.filter((text): text is string => typeof text === 'string') };
}

function nearest(
  cwd: string,
  files: HookFiles,
): { readonly folder: string; readonly manifest: JsonObject } | undefined {
  let folder = cwd;
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const text = files.readText(posix.join(folder, 'package.json'), MAX_MANIFEST_BYTES);
    if (text !== undefined) {
      const manifest = parsed(text);
      return manifest === undefined ? undefined : { folder, manifest };
    }
    if (folder === '/') return undefined;
    folder = posix.dirname(folder);
  }
  return undefined;
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = parseStrictJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
