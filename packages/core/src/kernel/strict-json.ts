/** A JSON parser that refuses what two readers could understand differently (RFC 8259, I-JSON RFC 7493). */
import { Fault, type FaultData, singleLine } from './fault.ts';
import type { FaultCode } from './fault-codes.ts';
import type { JsonValue } from './json.ts';

/** Bounds of one parse. */
export interface StrictJsonOptions {
  /** Deepest nesting accepted; default 128. */
  readonly maxDepth?: number;
  /** Longest text accepted, in UTF-16 units; default 16,777,216. */
  readonly maxLength?: number;
}

const DEFAULT_MAX_DEPTH = 128;
const DEFAULT_MAX_LENGTH = 16 * 1024 * 1024;

/**
 * Parses JSON text in linear time, refusing duplicate keys, lone surrogates and integers that a double cannot hold exactly.
 *
 * Faults `json.syntax`, `json.duplicate-key`, `json.lone-surrogate`, `json.inexact-integer` and `json.too-deep` carry `line` and `column`
 * (from 1, in UTF-16 units; a line ends at a line feed), `offset` (from 0) and `path` (`a.b[0]`) of the innermost value begun;
 * `json.too-large` has no place. `__proto__` becomes an own property. Fractions round to the nearest double, as in `JSON.parse`, -0 included.
 */
export function parseStrictJson(text: string, options: StrictJsonOptions = {}): JsonValue {
  const maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH;
  if (text.length > maxLength) {
    throw new Fault('json.too-large', `text of ${text.length} characters, at most ${maxLength} are accepted`);
  }
  return new Parser(text, options.maxDepth ?? DEFAULT_MAX_DEPTH).document();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): JsonValue {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the text');
    return value;
  }

  #value(depth: number): JsonValue {
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x7b:
        return this.#object(depth);
      case 0x5b:
        return this.#array(depth);
      case QUOTE:
        return this.#string();
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonValue {
    this.#enter(depth);
    const object: Record<string, JsonValue> = {};
    this.#skipSpace();
    if (this.#take(0x7d)) return object;
    for (;;) {
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw this.#unexpected('a key in double quotes');
      const keyAt = this.#at;
      const key = this.#string();
      if (Object.hasOwn(object, key)) {
        throw this.#fault('json.duplicate-key', `the key ${quoted(key)} stands twice in one object`, keyAt);
      }
      this.#skipSpace();
      if (!this.#take(0x3a)) throw this.#unexpected('`:`');
      this.#skipSpace();
      this.#path.push(key);
      const value = this.#value(depth + 1);
      this.#path.pop();
      // INVARIANT: a key from outside never reaches a setter of Object.prototype.
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      else object[key] = value;
      this.#skipSpace();
      if (this.#take(0x7d)) return object;
      if (!this.#take(0x2c)) throw this.#unexpected('`,` or `}`');
    }
  }

  #array(depth: number): JsonValue {
    this.#enter(depth);
    const array: JsonValue[] = [];
    this.#skipSpace();
    if (this.#take(0x5d)) return array;
    for (;;) {
      this.#skipSpace();
      this.#path.push(array.length);
      array.push(this.#value(depth + 1));
      this.#path.pop();
      this.#skipSpace();
      if (this.#take(0x5d)) return array;
      if (!this.#take(0x2c)) throw this.#unexpected('`,` or `]`');
    }
  }

  #enter(depth: number): void {
    if (depth >= this.#maxDepth) {
      throw this.#fault('json.too-deep', `nesting is deeper than ${this.#maxDepth} levels`, this.#at);
    }
    this.#at += 1;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let plain = '';
    let from = start + 1;
    for (let at = from; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#at = at + 1;
        const value = plain + text.slice(from, at);
        if (!value.isWellFormed())
          throw this.#fault('json.lone-surrogate', 'a string holds a lone surrogate', start);
        return value;
      }
      if (unit < 0x20)
        throw this.#fault('json.syntax', 'a control character stands unescaped in a string', at);
      if (unit === BACKSLASH) {
        plain += text.slice(from, at) + this.#escape(at);
        at = this.#at - 1;
        from = this.#at;
      }
    }
    throw this.#fault('json.syntax', 'a string has no closing quote', start);
  }

  /** Reads the escape whose backslash stands at `at`; leaves `#at` behind it. */
  #escape(at: number): string {
    const kind = this.#text[at + 1] ?? '';
    if (kind === 'u') {
      const digits = this.#text.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        throw this.#fault('json.syntax', '`\\u` needs four hexadecimal digits', at);
      this.#at = at + 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = Object.hasOwn(ESCAPES, kind) ? ESCAPES[kind] : undefined;
    if (character === undefined)
      throw this.#fault('json.syntax', `unknown escape ${quoted(`\\${kind}`)}`, at);
    this.#at = at + 2;
    return character;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected('a value');
    const value = Number(match[0]);
    if (!Number.isFinite(value)) {
      throw this.#fault(
        'json.inexact-integer',
        `the number ${quoted(match[0])} is beyond what can be represented`,
        this.#at,
      );
    }
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw this.#fault(
        'json.inexact-integer',
        `the integer ${quoted(match[0])} is beyond 2^53 and cannot be held exactly`,
        this.#at,
      );
    }
    this.#at += match[0].length;
    return value;
  }

  #word<Value extends boolean | null>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value');
    this.#at += word.length;
    return value;
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at += 1;
    }
  }

  #take(unit: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== unit) return false;
    this.#at += 1;
    return true;
  }

  #unexpected(expected: string): Fault {
    if (this.#at >= this.#text.length)
      return this.#fault('json.syntax', `the text ends where ${expected} was expected`, this.#at);
    return this.#fault(
      'json.syntax',
      `found ${quoted(this.#text[this.#at] ?? '')}, expected ${expected}`,
      this.#at,
    );
  }

  #fault(code: FaultCode, problem: string, offset: number): Fault {
    let line = 1;
    let lineStart = 0;
    for (let at = this.#text.indexOf('\n'); at !== -1 && at < offset; at = this.#text.indexOf('\n', at + 1)) {
      line += 1;
      lineStart = at + 1;
    }
    const column = offset - lineStart + 1;
    const path = pathText(this.#path);
    const place =
      path === '' ? `line ${line}, column ${column}` : `line ${line}, column ${column}, in \`${path}\``;
    const data: FaultData = { line, column, offset, path };
    return new Fault(code, `${problem} at ${place}`, data);
  }
}

function quoted(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `\`${shown.toWellFormed()}\``;
}

/** A readable path on one line, `params.items[3].name`; at most 200 characters. */
function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
    if (text.length > 200) return singleLine(`${text.slice(0, 200)}…`).toWellFormed();
  }
  return singleLine(text);
}
