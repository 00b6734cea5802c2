/** Patterns of parameter expansions (`${x%.*}`), matched against known values. */

/** What one step of a pattern matches; undefined for a `*`. */
type Step = ((char: string) => boolean) | undefined;

/** Compiles `pattern` (`*`, `?`, `[…]`, a backslash); undefined for kinds that are not read here. */
function compile(pattern: string): readonly Step[] | undefined {
  if (/[?*+@!]\(/.test(pattern)) return undefined;
  const steps: Step[] = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] as string;
    if (char === '*') steps.push(undefined);
    else if (char === '?') steps.push(() => true);
    else if (char === '[') return undefined;
    else {
      const literal = char === '\\' ? (chars[(at += 1)] ?? '\\') : char;
      steps.push((other) => other === literal);
    }
  }
  return steps;
}

/** Whether `chars[start, end)` matches all of `steps`; time in proportion to both lengths. */
function matches(steps: readonly Step[], chars: readonly string[], start: number, end: number): boolean {
  let [step, at, star, retry] = [0, start, -1, start];
  while (at < end) {
    const test = steps[step];
    if (step < steps.length && test === undefined) {
      star = step;
      retry = at;
      step += 1;
    } else if (test?.(chars[at] as string)) {
      step += 1;
      at += 1;
    } else if (star >= 0) {
      step = star + 1;
      retry += 1;
      at = retry;
    } else return false;
  }
  while (step < steps.length && steps[step] === undefined) step += 1;
  return step === steps.length;
}

/** Longest value that is worked on; beyond it the result counts as unknown. */
const MAX_CHARS = 1024;

/** `${value#pattern}` and its three relatives; undefined where the result is not computed. */
export function removePattern(
  value: string,
  operator: '#' | '##' | '%' | '%%',
  pattern: string,
): string | undefined {
  const steps = compile(pattern);
  const chars = [...value];
  if (steps === undefined || chars.length > MAX_CHARS) return undefined;
  const isPrefix = operator.startsWith('#');
  const isLongest = operator.length === 2;
  for (let taken = 0; taken <= chars.length; taken += 1) {
    const length = isLongest ? chars.length - taken : taken;
    const [start, end] = isPrefix ? [0, length] : [chars.length - length, chars.length];
    if (matches(steps, chars, start, end))
      return (isPrefix ? chars.slice(end) : chars.slice(0, start)).join('');
  }
  return value;
}

/** `${value/literal/replacement}`, for patterns without special characters. */
export function replaceLiteral(
  value: string,
  operator: '/' | '//' | '/#' | '/%',
  pattern: string,
  replacement: string,
): string | undefined {
  // A newer bash reads `&` in the replacement as what was matched.
  if (pattern === '' || /[*?[\\]/.test(pattern) || /[&\\]/.test(replacement)) return undefined;
  if (value.length > MAX_CHARS || replacement.length > MAX_CHARS) return undefined;
  switch (operator) {
    case '/':
      return value.replace(pattern, () => replacement);
    case '//':
      return value.replaceAll(pattern, () => replacement);
    case '/#':
      return value.startsWith(pattern) ? replacement + value.slice(pattern.length) : value;
    case '/%':
      return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) + replacement : value;
    default:
      return operator satisfies never;
  }
}
