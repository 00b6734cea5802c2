/** A word of the syntax tree as a row of literal stretches and expansions, each with its quoting. */
import type {
  ArithmeticExpansionPart,
  CommandExpansionPart,
  DoubleQuotedChild,
  ParameterExpansionPart,
  ProcessSubstitutionPart,
  SimpleExpansionPart,
  WordPart,
} from 'unbash';

export type ExpansionPart =
  | SimpleExpansionPart
  | ParameterExpansionPart
  | CommandExpansionPart
  | ArithmeticExpansionPart
  | ProcessSubstitutionPart;

export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** An extended pattern, with what stands in it. */
  | { readonly kind: 'pattern'; readonly text: string; readonly inner: readonly Piece[] }
  | { readonly kind: 'expansion'; readonly part: ExpansionPart; readonly quoted: boolean };

/** The pieces of a word, given what the parser says of it. */
export function piecesOf(word: {
  readonly text: string;
  readonly parts?: readonly WordPart[] | undefined;
}): readonly Piece[] {
  return word.parts === undefined ? unquotedText(word.text) : word.parts.flatMap(pieces);
}

/** The pieces of the body of a here-document whose delimiter is not quoted. */
export function piecesOfBody(body: {
  readonly text: string;
  readonly parts?: readonly WordPart[] | undefined;
}): readonly Piece[] {
  if (body.parts === undefined) return quotedText(body.text, '$`\\');
  return body.parts
    .flatMap((part) => (part.type === 'Literal' ? quotedText(part.text, '$`\\') : pieces(part)))
    .map((piece) => (piece.kind === 'expansion' ? { ...piece, quoted: true } : piece));
}

function pieces(part: WordPart): readonly Piece[] {
  switch (part.type) {
    case 'Literal':
      return unquotedText(part.text);
    case 'Glob':
      return part.kind === 'bracket'
        ? [plain('['), ...part.parts.flatMap(pieces), plain(']')]
        : [plain(part.text)];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'text', text: part.value, quoted: true }];
    case 'DoubleQuoted':
    case 'LocaleString':
      // An empty string is a word all the same.
      return part.parts.length === 0
        ? [{ kind: 'text', text: '', quoted: true }]
        : part.parts.flatMap(quotedPiece);
    case 'ExtendedGlob':
      return [{ kind: 'pattern', text: part.text, inner: (part.parts ?? []).flatMap(pieces) }];
    case 'BraceExpansion':
      return part.parts === undefined
        ? unquotedText(part.text)
        : [plain('{'), ...part.parts.flatMap(pieces), plain('}')];
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
      return [{ kind: 'expansion', part, quoted: false }];
    default:
      return part satisfies never;
  }
}

function quotedPiece(part: DoubleQuotedChild): readonly Piece[] {
  return part.type === 'Literal'
    ? quotedText(part.text, '$`"\\')
    : [{ kind: 'expansion', part, quoted: true }];
}

function plain(text: string): Piece {
  return { kind: 'text', text, quoted: false };
}

/** Outside quotes a backslash quotes whatever follows; with a line feed it vanishes. */
function unquotedText(raw: string): readonly Piece[] {
  const found: Piece[] = [];
  let start = 0;
  for (let at = raw.indexOf('\\'); at !== -1 && at + 1 < raw.length; at = raw.indexOf('\\', start)) {
    if (at > start) found.push(plain(raw.slice(start, at)));
    const end = at + 1 + ((raw.codePointAt(at + 1) ?? 0) > 0xffff ? 2 : 1);
    if (raw[at + 1] !== '\n') found.push({ kind: 'text', text: raw.slice(at + 1, end), quoted: true });
    start = end;
  }
  if (start < raw.length) found.push(plain(raw.slice(start)));
  return found;
}

/** Inside double quotes a backslash quotes only `special`; with a line feed it vanishes. */
function quotedText(raw: string, special: string): readonly Piece[] {
  let text = '';
  for (let at = 0; at < raw.length; at += 1) {
    const next = raw[at + 1];
    if (raw[at] === '\\' && next !== undefined && (special.includes(next) || next === '\n')) {
      at += 1;
      if (next !== '\n') text += next;
    } else text += raw[at];
  }
  return [{ kind: 'text', text, quoted: true }];
}
