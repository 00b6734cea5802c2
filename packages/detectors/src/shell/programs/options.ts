/** Options and operands of a program. */
import type { ShellWord } from '../types.ts';
import { byName, type Meaning, type ProgramSpec } from './spec.ts';

/** An option as it was given. */
export interface GivenOption {
  /** `--output`, `-o`; in full, where an abbreviation was given. */
  readonly name: string;
  readonly value?: ShellWord;
  readonly meaning?: Meaning;
}

export interface Parsed {
  readonly options: readonly GivenOption[];
  /** Names of all options, as facts show them. */
  readonly names: readonly string[];
  readonly operands: readonly ShellWord[];
}

/** `word` from its character `at` on. */
export function rest(word: ShellWord, at: number): ShellWord {
  return { value: word.value.slice(at), unresolved: word.unresolved };
}

/** Splits `words` (without the program) as `spec` says; a program without one may read its options either way. */
export function parseOptions(words: readonly ShellWord[], spec: ProgramSpec | undefined): Parsed {
  return new Reader(words, spec).read();
}

const NO_VALUES: ReadonlyMap<string, Meaning> = new Map();
/** Tables are read once; they live as long as the program. */
const READ: WeakMap<NonNullable<ProgramSpec['values']>, ReadonlyMap<string, Meaning>> = new WeakMap();

function valuesOf(values: NonNullable<ProgramSpec['values']>): ReadonlyMap<string, Meaning> {
  const known = READ.get(values);
  if (known !== undefined) return known;
  const read = byName(values);
  READ.set(values, read);
  return read;
}

class Reader {
  readonly #words: readonly ShellWord[];
  readonly #spec: ProgramSpec | undefined;
  readonly #values: ReadonlyMap<string, Meaning>;
  readonly #options: GivenOption[] = [];
  readonly #names = new Set<string>();
  readonly #operands: ShellWord[] = [];
  #at = 0;

  constructor(words: readonly ShellWord[], spec: ProgramSpec | undefined) {
    this.#words = words;
    this.#spec = spec;
    this.#values = spec?.values === undefined ? NO_VALUES : valuesOf(spec.values);
  }

  read(): Parsed {
    const stops = this.#spec?.runs !== undefined || this.#spec?.stops === true;
    let isEnded = false;
    for (; this.#at < this.#words.length; this.#at += 1) {
      const word = this.#words[this.#at] as ShellWord;
      if (!isEnded && word.value === '--') isEnded = true;
      else if (isEnded || !/^-./.test(word.value)) {
        this.#operands.push(word);
        if (stops) isEnded = true;
      } else this.#option(word);
    }
    return { options: this.#options, names: [...this.#names], operands: this.#operands };
  }

  #option(word: ShellWord): void {
    const isLong = word.value.startsWith('--');
    const at = word.value.indexOf('=');
    const given = at > 0 ? word.value.slice(0, at) : word.value;
    if (isLong || this.#spec?.longDash === true || this.#values.has(given)) {
      const name = this.#full(given);
      const meaning = this.#values.get(name);
      const isPair = this.#spec?.pairs?.split(' ').includes(name) === true;
      if (isPair) this.#next();
      const value = at > 0 ? rest(word, at + 1) : meaning === undefined ? undefined : this.#next();
      this.#add(name, value, meaning);
      return;
    }
    if (this.#spec === undefined && word.value.length > 2) this.#names.add(given);
    this.#cluster(word);
  }

  #cluster(word: ShellWord): void {
    const letters = word.value;
    for (let at = 1; at < letters.length; at += 1) {
      const name = `-${letters.charAt(at)}`;
      const meaning = this.#values.get(name);
      const isAttached = this.#spec?.attached?.includes(letters.charAt(at)) === true;
      if (meaning === undefined && !isAttached) {
        if (letters.charAt(at) === '=') return;
        this.#add(name, undefined, undefined);
        if (this.#spec?.digits?.includes(letters.charAt(at)) === true)
          while (/[0-9xA-Fa-f]/.test(letters.charAt(at + 1)) && /^[0-9x]/.test(letters.slice(at + 1)))
            at += 1;
        continue;
      }
      const attached = at + 1 < letters.length ? rest(word, at + 1) : undefined;
      this.#add(name, attached ?? (isAttached ? undefined : this.#next()), meaning);
      return;
    }
  }

  /** `--outp` is `--output`; where several options begin so, one that touches something. */
  #full(name: string): string {
    if (!name.startsWith('--') || this.#values.has(name) || name.length < 4) return name;
    const meant = [...this.#values.keys()].filter((option) => option.startsWith(name));
    return meant.find((option) => this.#values.get(option) !== 'text') ?? meant[0] ?? name;
  }

  #next(): ShellWord | undefined {
    this.#at += 1;
    return this.#words[this.#at];
  }

  #add(name: string, value: ShellWord | undefined, meaning: Meaning | undefined): void {
    this.#names.add(name);
    this.#options.push({
      name,
      ...(value === undefined ? {} : { value }),
      ...(meaning === undefined ? {} : { meaning }),
    });
  }
}
