/** Loops: unrolled over known words, else widened until nothing new can hold. */
import type { ArithmeticFor, For, Select, While } from 'unbash';
import {
  after,
  assign,
  atAnyTime,
  both,
  type Engine,
  type Frame,
  isCoveredBy,
  join,
  type Outcome,
  type State,
  textValue,
  UNKNOWN_HERE,
} from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { computeArithmetic, expandText, expandWord } from '../words/index.ts';

/** Most rounds that one set of nested loops is unrolled to. */
const MAX_REPEATS = 32;
/** Rounds of widening before everything counts as unknown. */
const MAX_ROUNDS = 4;

/** One round from `state`; whoever leaves it early adds a state to `left`. */
type Round = (state: State, left: State[]) => State | undefined;

/** Any number of rounds, none included: the state that covers every one of them. */
export function runAnyTimes(engine: Engine, state: State, round: Round): State {
  let entry = state;
  for (let rounds = 0; ; rounds += 1) {
    const mark = engine.facts.mark();
    const next = once(round, entry);
    if (next === undefined || isCoveredBy(next, entry)) return entry;
    engine.facts.takeBack(mark);
    engine.budget.take(entry.variables.size);
    entry = join(entry, next);
    if (rounds < MAX_ROUNDS) continue;
    entry = atAnyTime(entry);
    once(round, entry);
    return entry;
  }
}

function once(round: Round, state: State): State | undefined {
  const left: State[] = [];
  const end = round(state, left);
  const states = end === undefined ? left : [end, ...left];
  const [first, ...rest] = states;
  return first === undefined ? undefined : rest.reduce(join, first);
}

/** `for x in …; do …; done` and `select`. */
export function runFor(engine: Engine, node: For | Select, state: State, frame: Frame): Outcome {
  const scope = { state };
  const words =
    node.wordlist?.flatMap((word) => expandWord(word, { engine, scope, frame })) ?? paramsOf(state);
  const name = node.name.text;
  const isUnrolled =
    node.type === 'For' && words !== undefined && words.length * frame.repeats <= MAX_REPEATS;
  if (!isUnrolled) {
    const end = runAnyTimes(engine, assign(scope.state, name, UNKNOWN_HERE), (entry, left) =>
      after(
        engine.statements(node.body, assign(entry, name, UNKNOWN_HERE), { ...frame, isInLoop: true, left }),
      ),
    );
    return both(join(scope.state, end));
  }
  const repeats = frame.repeats * Math.max(1, words.length);
  let current = scope.state;
  const exits: State[] = [];
  for (const { value, unresolved } of words) {
    const round: Round = (entry, left) => {
      const start = assign(entry, name, textValue({ text: value, unresolved }));
      const end = after(engine.statements(node.body, start, { ...frame, isInLoop: true, repeats, left }));
      exits.push(...left);
      return end;
    };
    // A word that is not known may stand for any number of words.
    const next = unresolved.length === 0 ? once(round, current) : runAnyTimes(engine, current, round);
    if (next === undefined) return exits.length === 0 ? {} : both(exits.reduce(join));
    current = next;
  }
  return both(exits.reduce(join, current));
}

function paramsOf({ params }: State): readonly ShellWord[] | undefined {
  return params?.map(({ text, unresolved }) => ({ value: text, unresolved }));
}

/** `while` and `until`. */
export function runWhile(engine: Engine, node: While, state: State, frame: Frame): Outcome {
  const entry = runAnyTimes(engine, state, (start, left) => {
    const inner = { ...frame, isInLoop: true, left };
    const clause = engine.statements(node.clause, start, inner);
    const goes = node.kind === 'while' ? clause.success : clause.failure;
    const end = after(engine.statements(node.body, goes ?? start, inner));
    const stops = node.kind === 'while' ? clause.failure : clause.success;
    if (stops !== undefined) left.push(stops);
    return end;
  });
  return both(entry);
}

/** `for ((a; b; c))`. */
export function runArithmeticFor(engine: Engine, node: ArithmeticFor, state: State, frame: Frame): Outcome {
  const compute = (expression: ArithmeticFor['test'], from: State): State => {
    if (expression === undefined) return from;
    const scope = { state: from };
    computeArithmetic(expression, '((', { engine, scope, frame }, { text: expandText, pattern: expandText });
    return scope.state;
  };
  const start = compute(node.initialize, state);
  const end = runAnyTimes(engine, start, (entry, left) => {
    const body = after(
      engine.statements(node.body, compute(node.test, entry), { ...frame, isInLoop: true, left }),
    );
    return body === undefined ? undefined : compute(node.update, body);
  });
  return both(end);
}
