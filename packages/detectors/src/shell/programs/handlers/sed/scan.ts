/** Scripts of sed, read command by command. */

/** What a script does besides editing text. */
export interface SedScript {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Texts that a shell runs; an empty one stands for the edited text itself. */
  readonly runs: readonly string[];
  /** False where something was not understood. */
  readonly isWhole: boolean;
}

/** Reads `script`; time in proportion to its length. */
export function scanSed(script: string): SedScript {
  return new Scanner(script).scan();
}

const PLAIN = 'dDgGhHlnNpPxz=F';

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #reads: string[] = [];
  readonly #writes: string[] = [];
  readonly #runs: string[] = [];
  #isWhole = true;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): SedScript {
    while (this.#at < this.#text.length && this.#isWhole) this.#command();
    return { reads: this.#reads, writes: this.#writes, runs: this.#runs, isWhole: this.#isWhole };
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #command(): void {
    this.#skip(/[\s;{}]+/y);
    this.#address();
    this.#skip(/\s*/y);
    if (this.#peek() === ',') {
      this.#at += 1;
      this.#skip(/\s*/y);
      this.#skip(/[+~]\d+/y);
      this.#address();
    }
    this.#skip(/[\s!]*/y);
    const name = this.#peek();
    this.#at += 1;
    if (name === '' || name === '{' || name === '}' || PLAIN.includes(name)) {
      if (name === 'l') this.#skip(/\s*\d*/y);
    } else if (name === '#') this.#line();
    else if (name === 's') this.#substitute();
    else if (name === 'y') for (let part = 0, end = this.#delimiter(); part < 2; part += 1) this.#until(end);
    else if ('aic'.includes(name)) this.#appended();
    else if ('btT:v'.includes(name)) this.#skip(/[^;\n}]*/y);
    else if ('qQLl'.includes(name)) this.#skip(/\s*\d*/y);
    else if (name === 'w' || name === 'W') this.#writes.push(this.#line().trim());
    else if (name === 'r' || name === 'R') this.#reads.push(this.#line().trim());
    else if (name === 'e') this.#runs.push(this.#line().trim());
    else this.#isWhole = false;
  }

  #address(): void {
    if (/\d/.test(this.#peek())) this.#skip(/\d+(?:~\d+)?/y);
    else if (this.#peek() === '$') this.#at += 1;
    else if (this.#peek() === '/') {
      this.#at += 1;
      this.#until('/', true);
      this.#skip(/[IM]+/y);
    } else if (this.#peek() === '\\') {
      this.#at += 1;
      this.#until(this.#delimiter(), true);
      this.#skip(/[IM]+/y);
    }
  }

  #delimiter(): string {
    const end = this.#peek();
    this.#at += 1;
    if (end === '' || end === '\n' || end === '\\') this.#isWhole = false;
    return end;
  }

  /** To the next `end` that no backslash stands before and, in a pattern, no bracket surrounds. */
  #until(end: string, isPattern = false): void {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#peek();
      if (char === '\\') this.#at += 1;
      else if (char === '[' && isPattern) this.#bracket();
      else if (char === end) {
        this.#at += 1;
        return;
      }
    }
    this.#isWhole = false;
  }

  /** `[^]…]`, up to its closing bracket, on which it stops. */
  #bracket(): void {
    const close = this.#text.indexOf(
      ']',
      this.#at + (/^\[\^?\]/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0].length ?? 1),
    );
    if (close === -1) this.#isWhole = false;
    else this.#at = close;
  }

  #substitute(): void {
    const end = this.#delimiter();
    this.#until(end, true);
    this.#until(end);
    let next = this.#peek();
    while (next === 'e' || (next !== '' && 'gpiImM0123456789'.includes(next))) {
      if (next === 'e') this.#runs.push('');
      this.#at += 1;
      next = this.#peek();
    }
    if (next === 'w') {
      this.#at += 1;
      this.#writes.push(this.#line().trim());
    } else if (next !== '' && !/[\s;}#]/.test(next)) this.#isWhole = false;
  }

  /** The text of `a`, `i` and `c`: to the end of the line, further lines behind backslashes. */
  #appended(): void {
    this.#skip(/(?:[^\\\n]|\\[\s\S])*/y);
  }

  #line(): string {
    return this.#skip(/[^\n]*/y);
  }
}
