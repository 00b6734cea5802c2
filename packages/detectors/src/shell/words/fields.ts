/** Splitting into words: from stretches of text to the words a program receives. */
import { type UnresolvedCode, unite } from '../codes.ts';
import type { State } from '../engine/index.ts';
import { isKnown, valueOf } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';

/** A stretch of a word once everything in it is expanded. */
export type Chunk =
  | {
      readonly kind: 'literal' | 'quoted' | 'pattern' | 'expanded';
      readonly text: string;
      readonly unresolved: readonly UnresolvedCode[];
    }
  /** Between two elements of a list. */
  | { readonly kind: 'break' };

const BLANKS = ' \t\n';

/** Characters that separate words in `state`; undefined where unknown. */
export function separators(state: State): string | undefined {
  const value = valueOf(state, 'IFS');
  if (value.kind === 'unset') return BLANKS;
  return value.kind === 'text' && isKnown(value.scalar) ? value.scalar.text : undefined;
}

/** The words that `chunks` make. */
export function fieldsOf(chunks: readonly Chunk[], ifs: string | undefined): readonly ShellWord[] {
  const words = new Words();
  for (const chunk of chunks) {
    if (chunk.kind === 'break') words.end();
    else if (chunk.kind === 'expanded' && chunk.unresolved.length === 0) words.split(chunk.text, ifs);
    // What is not known may hold separators, patterns, or nothing at all: its code says so.
    else words.add(chunk.text, chunk.kind === 'literal' ? chunk.text : '_', chunk.unresolved);
    if (chunk.kind === 'quoted') words.keep();
    if (chunk.kind === 'pattern') words.add('', '*', []);
  }
  words.end();
  return words.done;
}

/** Whether `mask` holds `*`, `?`, or brackets with something between them. */
function hasPattern(mask: string): boolean {
  if (mask.includes('*') || mask.includes('?')) return true;
  const open = mask.indexOf('[');
  return open !== -1 && mask.lastIndexOf(']') > open + 1;
}

class Words {
  readonly done: ShellWord[] = [];
  #text: string[] = [];
  /** The text with everything replaced that is quoted and hence no pattern. */
  #mask: string[] = [];
  #codes: readonly UnresolvedCode[] = [];
  #isPresent = false;
  /** Whether the last word was ended by a blank, which a following separator joins. */
  #afterBlank = false;

  add(text: string, mask: string, codes: readonly UnresolvedCode[]): void {
    this.#text.push(text);
    this.#mask.push(mask);
    this.#codes = unite(this.#codes, codes);
    if (text !== '') this.#isPresent = true;
    this.#afterBlank = false;
  }

  /** The word stands even when it is empty. */
  keep(): void {
    this.#isPresent = true;
  }

  split(text: string, ifs: string | undefined): void {
    if (ifs === undefined) return this.add(text, '_', ['variable']);
    let start = 0;
    for (let at = 0; at <= text.length; at += 1) {
      const char = text[at];
      if (char !== undefined && !ifs.includes(char)) continue;
      if (at > start) this.add(text.slice(start, at), text.slice(start, at), []);
      start = at + 1;
      if (char === undefined) return;
      if (BLANKS.includes(char)) {
        if (this.#isPresent) {
          this.end();
          this.#afterBlank = true;
        }
      } else if (this.#afterBlank) this.#afterBlank = false;
      else {
        this.keep();
        this.end();
      }
    }
  }

  end(): void {
    if (this.#isPresent) {
      const isPattern = hasPattern(this.#mask.join(''));
      this.done.push({
        value: this.#text.join(''),
        unresolved: isPattern ? unite(this.#codes, ['glob']) : this.#codes,
      });
    }
    this.#text = [];
    this.#mask = [];
    this.#codes = [];
    this.#isPresent = false;
    this.#afterBlank = false;
  }
}
