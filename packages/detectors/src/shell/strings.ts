/** Cutting texts in linear time, where an expression would start anew at each character. */

/** `text` without the `unit`s (one character) at its end. */
export function withoutEnd(text: string, unit: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === unit) end -= 1;
  return text.slice(0, end);
}

/** `text` in front of the first place that `mark` matches; all of it where there is none. */
export function before(text: string, mark: RegExp): string {
  const at = text.search(mark);
  return at === -1 ? text : text.slice(0, at);
}

/** `text` behind what `head`, which begins with `^`, matches; undefined where it does not match. */
export function behind(text: string, head: RegExp): string | undefined {
  const match = head.exec(text);
  return match === null ? undefined : text.slice(match[0].length);
}
