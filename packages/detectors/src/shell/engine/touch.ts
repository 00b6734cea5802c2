/** Files that are touched: a word becomes facts about paths. */
import { unite, type UnresolvedCode } from '../codes.ts';
import { isInside, locate, type Located, normalise } from '../paths/index.ts';
import type { FileAccess, ShellWord } from '../types.ts';
import type { Engine, Frame } from './engine.ts';
import type { State } from './state.ts';

export interface Touch {
  readonly access: FileAccess;
  readonly word: ShellWord;
  readonly by: string;
  readonly state: State;
  readonly frame: Frame;
  /** Codes besides those of the word. */
  readonly codes?: readonly UnresolvedCode[];
}

/** Devices that hold nothing. */
const VOID: RegExp = /^\/dev\/(?:null|zero|full|u?random|tty|std(?:in|out|err)|fd\/\d+|ptmx)$/;
/** A link may lead to another link; further ones are not followed. */
const MAX_LINKS = 8;

/** Records that a file is touched, in every folder where the command may stand. */
export function touch(engine: Engine, { access, word, by, state, frame, codes = [] }: Touch): void {
  if (frame.isElsewhere || word.value === '' || word.unresolved.includes('process-substitution')) return;
  engine.budget.takeText(word.value.length);
  engine.budget.take(state.links.length);
  const all = unite(word.unresolved, codes);
  for (const cwd of state.cwds ?? [undefined]) {
    const located = locate(word.value, all, cwd);
    if (VOID.test(located.path) && located.asGiven === undefined) continue;
    // Deleting a link leaves what it leads to.
    const isLinkItself = access === 'delete' && !word.value.endsWith('/');
    const targets = throughLinks(located, state, isLinkItself);
    for (const place of targets.length > 0 ? [withCode(located), ...targets] : [located])
      engine.facts.file({
        access,
        ...place,
        inWorkspace: isInside(place.path, engine.workspace),
        by,
      });
  }
}

function withCode(located: Located): Located {
  return { ...located, unresolved: unite(located.unresolved, ['made-link']) };
}

/** Where `located` leads through links that the text itself made. */
function throughLinks(located: Located, { links }: State, isLinkItself: boolean): readonly Located[] {
  const found: Located[] = [];
  const wanted = [located];
  for (const { path, unresolved } of wanted) {
    for (const link of links) {
      if (found.length >= MAX_LINKS || !isInside(path, link.path)) continue;
      if (isLinkItself && path === link.path) continue;
      const rest = path.slice(link.path.length);
      const next = withCode({
        path: normalise(link.target + rest),
        unresolved: unite(unresolved, link.unresolved),
      });
      if (found.some((other) => other.path === next.path)) continue;
      found.push(next);
      wanted.push(next);
    }
  }
  return found;
}
