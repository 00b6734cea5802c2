/** Which files a patch touches: the form of `apply_patch`, and unified differences. */
import type { Touched } from './touched.ts';
import { unreadable } from './unreadable.ts';

// Some readers want one space at each place, others none.
const ENVELOPE = /^\*\*\*\s*(Add|Update|Delete)\s+File:\s*(.+?)\s*$/;
const MOVE = /^\*\*\*\s*Move\s+to:\s*(.+?)\s*$/;
const UNIFIED = /^(?:---|\+\+\+) ([^\t\r\n]+)/;
const MAX_FILES = 512;

/** The files of `text`. Throws `request.invalid` where it names none: then it is no patch that is understood. */
export function readPatch(text: string): readonly Touched[] {
  const found = text.split(/\r?\n/).flatMap((line): readonly Touched[] => {
    const trimmed = line.trimStart();
    const [, what, path] = ENVELOPE.exec(trimmed) ?? [];
    if (what !== undefined && path !== undefined)
      return [{ kind: 'file', access: what === 'Delete' ? 'delete' : 'write', path }];
    const [, target] = MOVE.exec(trimmed) ?? [];
    return target === undefined ? [] : [{ kind: 'file', access: 'write', path: target }];
  });
  const touched = found.length > 0 ? found : unified(text);
  if (touched.length === 0) throw unreadable('patch', 'names no file');
  if (touched.length > MAX_FILES) throw unreadable('patch', 'names too many files');
  return touched;
}

function unified(text: string): readonly Touched[] {
  return text.split(/\r?\n/).flatMap((line): readonly Touched[] => {
    const [, path] = UNIFIED.exec(line) ?? [];
    if (path === undefined || path === '/dev/null') return [];
    if (path.startsWith('"')) throw unreadable('patch', 'quotes the name of a file');
    return [{ kind: 'file', access: 'write', path: path.replace(/^[ab]\//, '') }];
  });
}
