/** Globs in which `*` stands for any characters, `/` included, and everything else for itself. */

/** The linear regular expression that matches the whole of what `glob` matches. */
export function globSource(glob: string): string {
  const pieces = glob.split('*').map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return `^${pieces.join('(?:.|\\n)*')}$`;
}

/** Whether `text` is what `glob` stands for, in time linear in both. */
export function matchesGlob(glob: string, text: string): boolean {
  const pieces = glob.split('*');
  const first = pieces[0] ?? '';
  const last = pieces[pieces.length - 1] ?? '';
  if (pieces.length === 1) return glob === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
