/** Lexical normal form of absolute paths. */

/** `path` without `.`, `..` and doubled slashes; `..` at the root stays there. Ends without a slash, the root excepted. */
export function normalise(path: string): string {
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return `/${kept.join('/')}`;
}

/** Whether a `..` in `path` follows a name, so that a link under that name would lead it elsewhere. */
export function climbs(path: string): boolean {
  let depth = 0;
  for (const name of path.split('/')) {
    if (name === '..') {
      if (depth > 0) return true;
    } else if (name !== '' && name !== '.') depth += 1;
  }
  return false;
}
