/** Parts of policies, printed. */

/** Names as the elements of a set, on one line. */
export const list = (names: readonly string[]): string =>
  names.map((name) => JSON.stringify(name)).join(', ');
/** Names as the elements of a set, on lines of at most `width` characters. */
export const wrapped = (names: readonly string[], width = 110): string => {
  const lines: string[] = [''];
  for (const name of names.map((one) => JSON.stringify(one))) {
    const last = lines.at(-1) ?? '';
    if (last.length + name.length > width) lines.push(`${name}, `);
    else lines[lines.length - 1] = `${last}${name}, `;
  }
  return lines
    .map((line) => `    ${line.trimEnd()}`)
    .join('\n')
    .replace(/,$/, '');
};
/** Whether `path` is one of `patterns`. */
export const like = (path: string, patterns: readonly string[]): string =>
  patterns.map((pattern) => `${path} like ${JSON.stringify(pattern)}`).join(' ||\n    ');
/** Whether the command's line holds one of `words`. */
export const lineHas = (words: readonly string[]): string =>
  words.map((word) => `context.args.line like "*${word.replaceAll('"', '\\"')}*"`).join(' ||\n    ');
/** Whether the command's line is one of `patterns`. */
export const lineLike = (patterns: readonly string[]): string =>
  patterns.map((pattern) => `context.args.line like ${JSON.stringify(pattern)}`).join(' ||\n  ');
/** Whether one of the codes `names` is left open. */
export const anyOf = (names: readonly string[]): string =>
  `context.args.unresolved.containsAny([${list(names)}])`;
