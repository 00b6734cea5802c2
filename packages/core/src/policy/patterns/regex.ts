/**
 * Regular expressions in time linear in the text: Thompson's construction, all states followed at once.
 *
 * One step a character and state, so `length of text × size of expression` at most; the size is bounded when the expression is compiled.
 */
import { type CharSet, holds, isWord } from './char-set.ts';
import { parseRegex, type RegexNode } from './regex-syntax.ts';

/** Most states of one expression. `a{1000}` has a thousand. */
const MAX_STATES = 4000;
/** Most steps of one search: about a second. A text that takes more counts as one in which it is found, because nobody looked to its end. */
const MAX_STEPS = 20_000_000;

/** A compiled expression. */
export interface LinearRegex {
  /** Whether it is found anywhere in `text`, or the text is too long to tell. */
  test(text: string): boolean;
}

/** The expression, or why there is none; `at` is the offset of the trouble in the source. */
export type CompiledRegex =
  | { readonly ok: true; readonly regex: LinearRegex }
  | { readonly ok: false; readonly message: string; readonly at: number };

type State =
  | { readonly kind: 'set'; readonly set: CharSet; readonly next: number }
  | { readonly kind: 'assert'; readonly at: 'start' | 'end' | 'boundary' | 'inside'; readonly next: number }
  | { readonly kind: 'split'; readonly nexts: number[] }
  | { readonly kind: 'end' };

/** Compiles `source`, see {@link parseRegex}. */
export function compileRegex(source: string, ignoreCase = false): CompiledRegex {
  const parsed = parseRegex(source);
  if (!parsed.ok) return parsed;
  const builder = new Builder();
  const start = builder.add(parsed.node, 0);
  if (builder.isFull)
    return { ok: false, message: `the expression has more than ${MAX_STATES} states`, at: 0 };
  const machine = new Machine(builder.states, start, ignoreCase || parsed.ignoreCase);
  return { ok: true, regex: { test: (text) => machine.find(text) } };
}

class Builder {
  readonly states: State[] = [{ kind: 'end' }];

  get isFull(): boolean {
    return this.states.length > MAX_STATES;
  }

  /** Adds states that match `node` and go on to `next`; answers the first of them. */
  add(node: RegexNode, next: number): number {
    if (this.isFull) return next;
    switch (node.kind) {
      case 'set':
        return this.#push({ kind: 'set', set: node.set, next });
      case 'assert':
        return this.#push({ kind: 'assert', at: node.at, next });
      case 'sequence':
        return node.items.reduceRight((following, item) => this.add(item, following), next);
      case 'choice':
        return this.#push({ kind: 'split', nexts: node.items.map((item) => this.add(item, next)) });
      case 'repeat':
        return this.#repeat(node, next);
      default:
        return node satisfies never;
    }
  }

  #repeat({ item, least, most }: RegexNode & { readonly kind: 'repeat' }, next: number): number {
    let following = next;
    if (most === undefined) {
      const loop: State & { kind: 'split' } = { kind: 'split', nexts: [next] };
      following = this.#push(loop);
      loop.nexts.push(this.add(item, following));
    } else {
      for (let count = least; count < most && !this.isFull; count += 1) {
        following = this.#push({ kind: 'split', nexts: [next, this.add(item, following)] });
      }
    }
    for (let count = 0; count < least && !this.isFull; count += 1) following = this.add(item, following);
    return following;
  }

  #push(state: State): number {
    this.states.push(state);
    return this.states.length - 1;
  }
}

class Machine {
  readonly #states: readonly State[];
  readonly #start: number;
  readonly #ignoreCase: boolean;

  constructor(states: readonly State[], start: number, ignoreCase: boolean) {
    this.#states = states;
    this.#start = start;
    this.#ignoreCase = ignoreCase;
  }

  find(text: string): boolean {
    const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
    let waiting: readonly number[] = [];
    let left = MAX_STEPS;
    for (let at = 0; at <= codes.length; at += 1) {
      const reached = this.#follow([...waiting, this.#start], codes, at);
      if (reached === undefined) return true;
      left -= reached.length + 1;
      if (left < 0) return true;
      const code = codes[at];
      if (code === undefined) return false;
      waiting = reached.flatMap((state) => {
        const one = this.#states[state];
        return one?.kind === 'set' && holds(one.set, code, this.#ignoreCase) ? [one.next] : [];
      });
    }
    return false;
  }

  /** The states that wait for a character, or `undefined` where the end is reached. Each state is visited once. */
  #follow(from: readonly number[], codes: readonly number[], at: number): readonly number[] | undefined {
    const seen = new Set<number>();
    const stack = [...from];
    const waiting: number[] = [];
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const state = this.#states[index];
      if (state === undefined || state.kind === 'end') return undefined;
      if (state.kind === 'set') waiting.push(index);
      else if (state.kind === 'split') stack.push(...state.nexts);
      else if (standsAt(state.at, codes, at)) stack.push(state.next);
    }
    return waiting;
  }
}

function standsAt(
  what: 'start' | 'end' | 'boundary' | 'inside',
  codes: readonly number[],
  at: number,
): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === codes.length;
  const isBoundary = isWord(codes[at - 1]) !== isWord(codes[at]);
  return isBoundary === (what === 'boundary');
}
