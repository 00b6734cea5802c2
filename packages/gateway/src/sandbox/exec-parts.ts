/** A command in a sandbox as policies see it: the details that `sandbox/exec` declares. */
import type { JsonObject } from '@writ/core';
import { quoted } from '@writ/core/sandbox';

/** Programs that run what their words say: what that does is not known from the words alone. */
const INTERPRETERS =
  /^(?:(?:ba|da|z|k|fi)?sh|busybox|python[\d.]*|node|nodejs|deno|bun|perl|ruby|php|lua|awk|gawk|env|xargs|make|npm|npx|pnpm|yarn|find|git|ssh)$/;
const NAME = /[^/]*$/;

/** The details of `words`, started in `cwd`. */
export function execDetails(words: readonly string[], cwd: string): JsonObject {
  const [program = '', ...rest] = words;
  const name = NAME.exec(program)?.[0] ?? program;
  const ended = rest.indexOf('--');
  const isOption = (word: string, at: number): boolean =>
    word.length > 1 && word.startsWith('-') && (ended === -1 || at < ended);
  const options = rest.flatMap((word, at) => (isOption(word, at) ? optionNames(word) : []));
  const operands = rest.filter((word, at) => !isOption(word, at) && at !== ended);
  return {
    line: words.map(quoted).join(' '),
    options: [...new Set(options)],
    operands: [...new Set(operands)],
    cwd,
    in_workspace: true,
    piped_from: [],
    unresolved: INTERPRETERS.test(name) ? ['inline-code'] : [],
    ...(name === program ? {} : { path: program }),
  };
}

/** `--force=yes` is `--force`; `-rf` is `-r` and `-f`. */
function optionNames(word: string): readonly string[] {
  if (word.startsWith('--')) return [word.split('=', 1)[0] ?? word];
  return (word.slice(1).match(/[A-Za-z0-9]/g) ?? []).map((letter) => `-${letter}`);
}
