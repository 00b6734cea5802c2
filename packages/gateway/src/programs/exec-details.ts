/** One program with its words in the terms of policies: what `process/exec` and `sandbox/exec` declare. */
import type { JsonObject } from '@writ/core';
import type { ShellCommand } from '@writ/detectors/shell';

/** The details of `command`. */
export function execDetails(command: ShellCommand): JsonObject {
  const { line, path, subcommand, cwd, inWorkspace, pipedFrom, unresolved } = command;
  const { options, operands } = wordsBehindSubcommand(command);
  return {
    line,
    ...(subcommand === undefined ? {} : { subcommand }),
    options: [...new Set(options)],
    operands: [...new Set(operands)],
    cwd,
    in_workspace: inWorkspace,
    piped_from: [...new Set(pipedFrom)],
    unresolved: [...new Set(unresolved)],
    ...(path === undefined ? {} : { path }),
  };
}

/** Options may stand behind a subcommand, too: `git push --force`. Whatever looks like one counts as one. */
export function wordsBehindSubcommand({
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
