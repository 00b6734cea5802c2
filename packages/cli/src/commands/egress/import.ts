/** `writ egress import`. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Fault } from '@writ/core';
import { noteRules, parseRules, printRules } from '@writ/gateway/egress';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, remark } from '../../terminal/index.ts';

/** Prints the policies of an ordered list; what a line cannot mean goes to standard error. */
export function importRules(file: string, { json }: { readonly json?: boolean }): number {
  const name = file === '-' ? 'standard input' : basename(file);
  const rules = parseRules(read(file), name);
  const notes = noteRules(rules);
  const policies = printRules(rules, name);
  if (json === true)
    printJson({ policies, rules: rules.length, notes: notes.map(({ line, text }) => ({ line, text })) });
  else {
    print(policies.trimEnd());
    for (const { line, text } of notes) remark(`line ${line}: ${text}`);
  }
  return EXIT_OK;
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read the list \`${file}\``, { file }, { cause });
  }
}
