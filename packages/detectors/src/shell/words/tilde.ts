/** `~` at the beginning of a word, and behind `=` and `:` in what looks like an assignment. */
import { isKnown, type Scalar, type State } from '../engine/index.ts';
import type { Chunk } from './fields.ts';
import { lookUp, unresolved } from './lookup.ts';
import type { Piece } from './pieces.ts';

/** The piece at `at` with its tildes expanded, as chunks; an assignment has them behind each colon. */
export function tildes(
  pieces: readonly Piece[],
  at: number,
  state: State,
  isAssignment: boolean,
): readonly Chunk[] | undefined {
  const piece = pieces[at];
  if (piece?.kind !== 'text' || piece.quoted || !piece.text.includes('~')) return undefined;
  const starts = isAssignment ? /(?<=:)(?=~)/ : undefined;
  const stretches = starts === undefined ? [piece.text] : piece.text.split(starts);
  const isLast = at === pieces.length - 1;
  return stretches.flatMap((text, index): readonly Chunk[] => {
    const mayBegin = index > 0 || at === 0 || (isAssignment && index === 0 && text.startsWith('~'));
    if (!mayBegin || !text.startsWith('~')) return [{ kind: 'literal', text, unresolved: [] }];
    const end = text.search(isAssignment ? /[/:]/ : /\//);
    const name = text.slice(1, end === -1 ? undefined : end);
    // `~` straight before an expansion or a quote is an ordinary character.
    if (end === -1 && !(isLast && index === stretches.length - 1) && index === stretches.length - 1)
      return [{ kind: 'literal', text, unresolved: [] }];
    const home = homeOf(name, state);
    return [
      { kind: 'quoted', text: home.text, unresolved: home.unresolved },
      { kind: 'literal', text: end === -1 ? '' : text.slice(end), unresolved: [] },
    ];
  });
}

function homeOf(name: string, state: State): Scalar {
  const variable = { '': 'HOME', '+': 'PWD', '-': 'OLDPWD' }[name];
  if (variable === undefined) return unresolved(`~${name}`, 'home-of-other');
  const found = lookUp(state, variable, `~${name}`);
  const scalar = found.kind === 'one' ? found.scalar : unresolved(`~${name}`, 'variable');
  return isKnown(scalar) && scalar.text === '' && name !== '' ? unresolved(`~${name}`, 'variable') : scalar;
}
