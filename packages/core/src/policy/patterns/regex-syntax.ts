/** The regular expressions that run in linear time: their tree, and the parser of it. */
import { type CharSet, classOf, literalSet, negated, parseClass } from './char-set.ts';

/** Longest expression, in UTF-16 units. */
const MAX_LENGTH = 1000;
/** Deepest nesting of groups. */
const MAX_DEPTH = 20;
/** Largest count of a bounded repetition. */
const MAX_REPEAT = 1000;

/** A parsed expression. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly at: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly least: number; readonly most?: number };

/** What was read, or why not; `at` is the offset of the trouble. */
export type ParsedRegex =
  | { readonly ok: true; readonly node: RegexNode; readonly ignoreCase: boolean }
  | { readonly ok: false; readonly message: string; readonly at: number };

class RegexTrouble extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * Parses `source`: literals, `.`, `[…]`, `\d \w \s \b` and their opposites, `^ $`, groups, `|`, `* + ? {m,n}` greedy or lazy, and a leading `(?i)`.
 * Back references and look-around are refused: nothing matches them in linear time.
 */
export function parseRegex(source: string): ParsedRegex {
  if (source.length > MAX_LENGTH)
    return { ok: false, message: `the expression is longer than ${MAX_LENGTH} characters`, at: 0 };
  const ignoreCase = source.startsWith('(?i)');
  const parser = new Parser(source, ignoreCase ? 4 : 0);
  try {
    return { ok: true, node: parser.parse(), ignoreCase };
  } catch (thrown) {
    if (!(thrown instanceof RegexTrouble)) throw thrown;
    return { ok: false, message: thrown.message, at: thrown.at };
  }
}

class Parser {
  readonly #source: string;
  #at: number;

  constructor(source: string, at: number) {
    this.#source = source;
    this.#at = at;
  }

  parse(): RegexNode {
    const node = this.#choice(0);
    if (this.#at < this.#source.length) throw new RegexTrouble('a `)` closes nothing', this.#at);
    return node;
  }

  #choice(depth: number): RegexNode {
    if (depth > MAX_DEPTH) throw new RegexTrouble(`groups nest deeper than ${MAX_DEPTH}`, this.#at);
    const items = [this.#sequence(depth)];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      items.push(this.#sequence(depth));
    }
    return items.length === 1 ? (items[0] ?? { kind: 'sequence', items: [] }) : { kind: 'choice', items };
  }

  #sequence(depth: number): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      items.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', items };
  }

  #repeated(item: RegexNode): RegexNode {
    const begin = this.#at;
    const bounds = this.#quantifier();
    if (bounds === undefined) return item;
    if (item.kind === 'assert') throw new RegexTrouble('an assertion is repeated', begin);
    if (this.#source[this.#at] === '?') this.#at += 1;
    if ('*+?{'.includes(this.#source[this.#at] ?? ' '))
      throw new RegexTrouble('a repetition is repeated', this.#at);
    return { kind: 'repeat', item, ...bounds };
  }

  #quantifier(): { least: number; most?: number } | undefined {
    const char = this.#source[this.#at];
    if (char === '*' || char === '+' || char === '?') {
      this.#at += 1;
      return char === '?' ? { least: 0, most: 1 } : { least: char === '+' ? 1 : 0 };
    }
    const match = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 12));
    if (match === null) return undefined;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? undefined : Number(match[3]);
    if (least > MAX_REPEAT || (most !== undefined && (most > MAX_REPEAT || most < least)))
      throw new RegexTrouble(`the repetition \`${match[0]}\` is not within 0 to ${MAX_REPEAT}`, this.#at);
    this.#at += match[0].length;
    return most === undefined ? { least } : { least, most };
  }

  #atom(depth: number): RegexNode {
    const begin = this.#at;
    const char = String.fromCodePoint(this.#source.codePointAt(begin) ?? 0);
    this.#at += char.length;
    switch (char) {
      case '(':
        return this.#group(depth, begin);
      case '[': {
        const read = parseClass(this.#source, this.#at);
        if ('trouble' in read) throw new RegexTrouble(read.trouble, read.at);
        this.#at = read.end;
        return { kind: 'set', set: read.set };
      }
      case '.':
        return { kind: 'set', set: negated(literalSet('\n')) };
      case '^':
        return { kind: 'assert', at: 'start' };
      case '$':
        return { kind: 'assert', at: 'end' };
      case '\\':
        return this.#escape(begin);
      case '*':
      case '+':
      case '?':
        throw new RegexTrouble(`\`${char}\` repeats nothing`, begin);
      default:
        return { kind: 'set', set: literalSet(char) };
    }
  }

  #group(depth: number, begin: number): RegexNode {
    const rest = this.#source.slice(this.#at, this.#at + 40);
    const opening = /^\?(?::|P?<[A-Za-z_][A-Za-z0-9_]{0,31}>)/.exec(rest);
    if (opening !== null) this.#at += opening[0].length;
    else if (rest.startsWith('?')) {
      throw new RegexTrouble('look-around and inline options cannot be matched in linear time', begin);
    }
    const node = this.#choice(depth + 1);
    if (this.#source[this.#at] !== ')') throw new RegexTrouble('a `(` is not closed', begin);
    this.#at += 1;
    return node;
  }

  #escape(begin: number): RegexNode {
    const char = this.#source[this.#at] ?? '';
    if (char === 'b' || char === 'B') {
      this.#at += 1;
      return { kind: 'assert', at: char === 'b' ? 'boundary' : 'inside' };
    }
    const read = classOf(this.#source, this.#at);
    if ('trouble' in read) throw new RegexTrouble(read.trouble, begin);
    this.#at = read.end;
    return { kind: 'set', set: read.set };
  }
}
