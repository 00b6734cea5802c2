/** A command in a sandbox as policies see it: each program that it runs, those of the text that it hands to a shell among them. */
import type { JsonObject } from '@writ/core';
import { quoted } from '@writ/core/sandbox';
import { analyseShell, type ShellCommand, type ShellFacts } from '@writ/detectors/shell';
import { execDetails } from '../programs/index.ts';

/** Home folder in every sandbox. */
const HOME = '/home/sandbox';

/** What is known of a command: the details of each part, and why it is refused whatever policy says. */
export interface CommandDetails {
  readonly details: readonly JsonObject[];
  readonly refusal?: { readonly code: string; readonly reason: string };
}

/** What `words`, started in `cwd`, run. */
export function commandDetails(words: readonly string[], cwd: string): CommandDetails {
  const [program = '', ...rest] = words;
  // Quoted even where it need not be: no shell reads it, so it is no keyword and no assignment.
  const line = [`'${program.replaceAll("'", String.raw`'\''`)}'`, ...rest.map(quoted)].join(' ');
  const facts = analyseShell(line, { cwd, workspace: cwd, home: HOME });
  if (!('refused' in facts)) return { details: facts.commands.map((command) => detailsOf(command, facts)) };
  return {
    details: [
      {
        line,
        options: [],
        operands: [],
        cwd,
        in_workspace: true,
        piped_from: [],
        unresolved: [facts.refused],
      },
    ],
    refusal: { code: `shell.${facts.refused}`, reason: `the command was not understood: ${facts.reason}` },
  };
}

/** Codes that may be of no command. */
const OF_TEXT: ReadonlySet<string> = new Set([
  'control-character',
  'arithmetic-code',
  'dynamic-code',
  'deferred-code',
]);

/** What no reader of the text can see, and what runs in it without being a command, is said of every program in it. */
function detailsOf(command: ShellCommand, { unresolved }: ShellFacts): JsonObject {
  const ofText = unresolved.filter((code) => OF_TEXT.has(code));
  return { ...execDetails(command), unresolved: [...new Set([...command.unresolved, ...ofText])] };
}
