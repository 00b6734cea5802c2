/** Names against patterns as shells write them, in time that both lengths bound. */

/**
 * Whether `name` is one of those that `pattern` stands for: `*` any letters, `?` one, `[…]` one, whichever. A dot in front is matched by a dot alone,
 * as in shells. Groups (`{a,b}`, `@(a|b)`) are not read.
 */
export function matchesWildcard(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !/^[.[]/.test(pattern)) return false;
  const signs = pattern.replace(/\[[^\]]+\]/g, '?');
  let [at, sign, star, behind] = [0, 0, -1, 0];
  while (at < name.length) {
    const wanted = signs[sign];
    if (wanted === '*') {
      star = sign;
      behind = at;
      sign += 1;
    } else if (wanted !== undefined && (wanted === '?' || wanted === name[at])) {
      at += 1;
      sign += 1;
    } else if (star >= 0) {
      behind += 1;
      at = behind;
      sign = star + 1;
    } else return false;
  }
  while (signs[sign] === '*') sign += 1;
  return sign === signs.length;
}
