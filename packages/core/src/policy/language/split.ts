/** Splits a policy file into its policies, keeping offsets; the only lexer of Cedar text here, linear in its length. */

/** An annotation as written; `value` is absent for `@name` alone. Offsets are into the source. */
export interface AnnotationText {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The text of one policy, from its first token up to and with its `;`. */
export interface PolicyText {
  readonly start: number;
  readonly text: string;
  readonly annotations: readonly AnnotationText[];
  /** Offset in `text` of the word `permit` or `forbid`, where there is one. */
  readonly effectStart?: number;
  /** The first integer that a JavaScript number cannot hold exactly, if any. */
  readonly inexact?: { readonly start: number; readonly text: string };
  /** Where nesting passes {@link MAX_NESTING}, if it does. */
  readonly tooDeep?: number;
}

/** Deepest nesting of brackets in one policy. */
export const MAX_NESTING = 64;

/** One token: a comment, white space, a string (perhaps unclosed), a number, a word, or one character. */
const TOKEN =
  /(?<gap>\s+|\/\/[^\n]*)|(?<string>"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|$))|(?<number>[0-9]+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|[\s\S]/y;

/** The policies of `source` in order. What follows the last `;` counts as one more, for the parser to complain about. */
export function splitPolicies(source: string): readonly PolicyText[] {
  const policies: PolicyText[] = [];
  let draft: Draft | undefined;
  for (const token of tokens(source)) {
    if (token.kind === 'gap') continue;
    draft ??= newDraft(token.start);
    draft.end = token.end;
    note(draft, token);
    if (token.text === ';') {
      policies.push(finish(draft, source));
      draft = undefined;
    }
  }
  if (draft !== undefined) policies.push(finish(draft, source));
  return policies;
}

interface Token {
  readonly kind: 'gap' | 'string' | 'number' | 'word' | 'other';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Draft {
  readonly start: number;
  end: number;
  effectStart?: number;
  depth: number;
  tooDeep?: number;
  inexact?: { start: number; text: string };
  /** Where an `@` stands that has no name yet. */
  at?: number;
  /** The annotation whose parentheses are open. */
  open?: { name: string; start: number; end: number };
  readonly annotations: { name: string; start: number; end: number }[];
}

function newDraft(start: number): Draft {
  return { start, end: start, depth: 0, annotations: [] };
}

function note(draft: Draft, token: Token): void {
  if (token.kind === 'number' && !Number.isSafeInteger(Number(token.text))) {
    draft.inexact ??= { start: token.start, text: token.text };
  }
  if (draft.at !== undefined) {
    if (token.kind === 'word') {
      draft.open = { name: token.text, start: draft.at, end: token.end };
      draft.annotations.push(draft.open);
    }
    delete draft.at;
    return;
  }
  if (draft.open !== undefined) {
    if (token.text === '(' || token.kind === 'string' || token.text === ')') draft.open.end = token.end;
    if (token.kind !== 'string' && token.text !== '(') delete draft.open;
  }
  if (token.kind === 'word' && draft.depth === 0) draft.effectStart ??= token.start;
  if (token.text === '@' && draft.depth === 0) draft.at = token.start;
  if (token.text === '(' || token.text === '[' || token.text === '{') draft.depth += 1;
  if (token.text === ')' || token.text === ']' || token.text === '}') draft.depth -= 1;
  if (draft.depth > MAX_NESTING) draft.tooDeep ??= token.start;
}

function finish(draft: Draft, source: string): PolicyText {
  return {
    start: draft.start,
    text: source.slice(draft.start, draft.end),
    annotations: draft.annotations,
    ...(draft.effectStart === undefined ? {} : { effectStart: draft.effectStart - draft.start }),
    ...(draft.inexact === undefined ? {} : { inexact: draft.inexact }),
    ...(draft.tooDeep === undefined ? {} : { tooDeep: draft.tooDeep }),
  };
}

function* tokens(source: string): Generator<Token> {
  TOKEN.lastIndex = 0;
  for (let at = 0; at < source.length; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    const text = match?.[0] ?? source.charAt(at);
    const groups = match?.groups ?? {};
    const kind =
      groups['gap'] !== undefined
        ? 'gap'
        : groups['string'] !== undefined
          ? 'string'
          : groups['number'] !== undefined
            ? 'number'
            : groups['word'] !== undefined
              ? 'word'
              : 'other';
    yield { kind, text, start: at, end: at + text.length };
    at += text.length;
  }
}
