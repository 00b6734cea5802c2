/** A place in the tokens of a source, and the problems found there. */
import { placeOf, type PolicyIssue, type PolicySource, shown } from '../places.ts';
import type { Span } from '../tree.ts';
import type { Token } from './lexer.ts';

/** Ends the reading of one policy or clause; its problem is noted already. */
export class Unreadable extends Error {
  constructor() {
    super('the text could not be read');
    this.name = 'Unreadable';
  }
}

/** Most problems of one source; reading goes on, the others are left out. */
const MAX_PROBLEMS = 200;

/** Reads tokens in order. */
export class Cursor {
  readonly source: PolicySource;
  readonly problems: PolicyIssue[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(source: PolicySource, tokens: readonly Token[]) {
    this.source = source;
    this.#tokens = tokens;
  }

  /** How many tokens were read, for {@link rewind}. */
  get position(): number {
    return this.#at;
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** The token after next. */
  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token;
  }

  /** The end of the token read last. */
  get lastEnd(): number {
    return this.#at === 0 ? 0 : (this.#tokens[this.#at - 1] as Token).end;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  rewind(position: number): void {
    this.#at = position;
  }

  isMark(text: string): boolean {
    return this.token.kind === 'mark' && this.token.text === text;
  }

  /** Whether a text in double quotes is next. */
  isQuoted(): boolean {
    return this.token.kind === 'string';
  }

  isName(text: string): boolean {
    return this.token.kind === 'name' && this.token.text === text;
  }

  /** Reads the mark if it is next. */
  accept(text: string): boolean {
    if (!this.isMark(text)) return false;
    this.#at += 1;
    return true;
  }

  acceptName(text: string): boolean {
    if (!this.isName(text)) return false;
    this.#at += 1;
    return true;
  }

  /** Reads the mark or ends the reading. */
  expect(text: string, hint?: string): Token {
    if (this.isMark(text)) return this.next();
    return this.fail(`expected \`${text}\``, hint);
  }

  /** Notes that the next token is not what was expected, and ends the reading. */
  fail(expected: string, hint?: string): never {
    const { token } = this;
    const found =
      token.kind === 'end'
        ? 'the text ends here'
        : token.kind === 'unclosed'
          ? 'a text is not closed'
          : `found \`${shown(token.text)}\``;
    return this.failAt(token, `${found}, ${expected}`, hint ?? hintFor(token));
  }

  /** Notes a problem at `span` and ends the reading. */
  failAt(span: Span, message: string, hint?: string): never {
    this.note(span, message, hint);
    throw new Unreadable();
  }

  /** Notes a problem at `span`. */
  note(span: Span, message: string, hint?: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({
      code: 'policy.syntax',
      message,
      place: placeOf(this.source, span.start),
      text: shown(this.source.text.slice(span.start, Math.max(span.end, span.start))),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** What people write who think in another language. */
function hintFor({ kind, text }: Token): string | undefined {
  if (kind === 'unclosed') return 'close it with `"`';
  if (kind === 'unknown' && (text === "'" || text === '`' || text === '“' || text === '”'))
    return 'texts stand in double quotes';
  return kind === 'name' || kind === 'mark' ? WORDS.get(text) : undefined;
}

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    and: 'did you mean `&&`?',
    or: 'did you mean `||`?',
    not: 'did you mean `!`?',
    '&': 'did you mean `&&`?',
    '|': 'did you mean `||`?',
    '=': 'did you mean `==`?',
    '/': 'Cedar does not divide; comments start with `//`',
    '%': 'Cedar has no remainder',
    matches: 'did you mean `like`?',
    contains: 'did you mean `.contains(…)`?',
  }),
);
