/** From a word of the syntax tree to the words a program receives. */
import type { HereDocBody, Word } from 'unbash';
import { type UnresolvedCode, unite } from '../codes.ts';
import { known, type Scalar } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { expandBraces } from './braces.ts';
import { expandPart } from './expansions.ts';
import { type Chunk, fieldsOf, separators } from './fields.ts';
import type { Expansion } from './lookup.ts';
import { type Piece, piecesOf, piecesOfBody } from './pieces.ts';
import type { Surroundings } from './surroundings.ts';
import { tildes } from './tilde.ts';

/** A word that looks like an assignment has tildes behind its `=`. */
const ASSIGNED: RegExp = /^[A-Za-z_]\w*=~/;

/** All words that `word` becomes, none to many. */
export function expandWord(word: Word, around: Surroundings): readonly ShellWord[] {
  around.engine.budget.takeText(word.text.length);
  const expanded = expandBraces(piecesOf(word), around.engine.budget);
  if (expanded === undefined) return [{ value: word.text, unresolved: ['glob'] }];
  return expanded.flatMap((pieces) => {
    const first = pieces[0];
    const isAssigned = first?.kind === 'text' && !first.quoted && ASSIGNED.test(first.text);
    const [head, tail] = isAssigned ? splitAtEquals(pieces) : [[], pieces];
    const chunks = [
      ...head.flatMap((piece) => chunksOf(piece, around)),
      ...chunksOfAll(tail, around, isAssigned),
    ];
    return fieldsOf(chunks, separators(around.scope.state));
  });
}

function splitAtEquals(pieces: readonly Piece[]): readonly [readonly Piece[], readonly Piece[]] {
  const [first, ...rest] = pieces;
  if (first?.kind !== 'text') return [[], pieces];
  const at = first.text.indexOf('=') + 1;
  return [[{ ...first, text: first.text.slice(0, at) }], [{ ...first, text: first.text.slice(at) }, ...rest]];
}

/** `word` as one text: no braces, no splitting, no patterns. For assignments, redirections and `case`. */
export function expandText(word: Word, around: Surroundings, isAssignment = false): Scalar {
  around.engine.budget.takeText(word.text.length);
  return joined(chunksOfAll(piecesOf(word), around, isAssignment), around);
}

/** The text of a here-document. */
export function expandBody(body: HereDocBody, isQuoted: boolean, around: Surroundings): Scalar {
  around.engine.budget.takeText(body.text.length);
  if (isQuoted) return known(body.text);
  return joined(
    piecesOfBody(body).flatMap((piece) => chunksOf(piece, around)),
    around,
  );
}

/** `word` as a pattern: what is quoted is escaped by backslashes. */
export function expandPattern(word: Word, around: Surroundings): Scalar {
  const chunks = chunksOfAll(piecesOf(word), around, false).map((chunk) =>
    chunk.kind === 'quoted' ? { ...chunk, text: chunk.text.replaceAll(/[*?[\\]/g, '\\$&') } : chunk,
  );
  return joined(chunks, around);
}

function chunksOfAll(
  pieces: readonly Piece[],
  around: Surroundings,
  isAssignment: boolean,
): readonly Chunk[] {
  return pieces.flatMap(
    (piece, at) => tildes(pieces, at, around.scope.state, isAssignment) ?? chunksOf(piece, around),
  );
}

function chunksOf(piece: Piece, around: Surroundings): readonly Chunk[] {
  switch (piece.kind) {
    case 'text':
      return [{ kind: piece.quoted ? 'quoted' : 'literal', text: piece.text, unresolved: [] }];
    case 'pattern': {
      // What stands in the pattern runs, though its result is not followed.
      for (const inner of piece.inner) chunksOf(inner, around);
      return [{ kind: 'pattern', text: piece.text, unresolved: [] }];
    }
    case 'expansion': {
      const expansion = expandPart(piece.part, piece.quoted, around, {
        text: expandText,
        pattern: expandPattern,
      });
      return chunksOfExpansion(expansion, piece, around);
    }
    default:
      return piece satisfies never;
  }
}

function chunksOfExpansion(
  expansion: Expansion,
  piece: Extract<Piece, { readonly kind: 'expansion' }>,
  around: Surroundings,
): readonly Chunk[] {
  const kind = piece.quoted ? 'quoted' : 'expanded';
  const chunk = ({ text, unresolved }: Scalar): Chunk => {
    around.engine.budget.takeText(text.length);
    return { kind, text, unresolved };
  };
  if (expansion.kind === 'one') return [chunk(expansion.scalar)];
  if (piece.quoted && /^\$(?:\*$|\{[^}]*\*)/.test(piece.part.text)) {
    const ifs = separators(around.scope.state);
    const codes: readonly UnresolvedCode[] = ifs === undefined ? ['variable'] : [];
    return [
      {
        kind,
        text: expansion.items.map(({ text }) => text).join((ifs ?? ' ').slice(0, 1)),
        unresolved: unite(codes, ...expansion.items.map(({ unresolved }) => unresolved)),
      },
    ];
  }
  return expansion.items.flatMap((item, at): readonly Chunk[] =>
    at === 0 ? [chunk(item)] : [{ kind: 'break' }, chunk(item)],
  );
}

function joined(chunks: readonly Chunk[], around: Surroundings): Scalar {
  const parts = chunks.map((chunk): Scalar => (chunk.kind === 'break' ? known(' ') : chunk));
  const text = parts.map((part) => part.text).join('');
  around.engine.budget.takeText(text.length);
  const isNumeric = parts.length === 1 && parts[0]?.unresolved.join() === 'arithmetic';
  return {
    text,
    unresolved: unite(...parts.map(({ unresolved }) => unresolved)),
    ...(isNumeric ? { numeric: true as const } : {}),
  };
}
