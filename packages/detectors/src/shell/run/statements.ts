/** Lists of commands: `a; b`, `a && b`, `a &`, `a | b`. */
import type { AndOr, CompoundList, Pipeline, Statement } from 'unbash';
import {
  after,
  both,
  type Engine,
  type Frame,
  inSubshell,
  join,
  type Outcome,
  type State,
} from '../engine/index.ts';

/** Statements one after the other. Where one leaves the shell, the rest is read all the same, and ends nothing. */
export function runStatements(
  engine: Engine,
  list: readonly Statement[] | CompoundList,
  state: State,
  frame: Frame,
): Outcome {
  const statements: readonly Statement[] = 'commands' in list ? list.commands : list;
  let current = state;
  let outcome: Outcome = both(state);
  let isLeft = false;
  for (const statement of statements) {
    engine.budget.take();
    if (statement.background === true) {
      // A shell of its own, which reads nothing from ours.
      engine.node(statement.command, current, inSubshell(frame));
      outcome = both(current);
      continue;
    }
    outcome = engine.node(statement.command, current, frame);
    const next = after(outcome);
    if (next === undefined) isLeft = true;
    else current = next;
  }
  return isLeft ? {} : outcome;
}

/** `a && b || c`, from the left. */
export function runAndOr(engine: Engine, node: AndOr, state: State, frame: Frame): Outcome {
  const [first, ...rest] = node.commands;
  if (first === undefined) return both(state);
  let outcome = engine.node(first, state, frame);
  rest.forEach((command, at) => {
    const isAnd = node.operators[at] === '&&';
    const entry = isAnd ? outcome.success : outcome.failure;
    const next = engine.node(command, entry ?? state, frame);
    // Where the command is never reached, what it does is recorded but leads nowhere.
    if (entry === undefined) return;
    outcome = isAnd
      ? { success: next.success, failure: either(outcome.failure, next.failure) }
      : { success: either(outcome.success, next.success), failure: next.failure };
  });
  return outcome;
}

function either(a: State | undefined, b: State | undefined): State | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : join(a, b);
}

/** `a | b`: each in a shell of its own, the later fed by the earlier. */
export function runPipeline(engine: Engine, node: Pipeline, state: State, frame: Frame): Outcome {
  const [first, ...rest] = node.commands;
  if (first === undefined) return both(state);
  if (rest.length === 0) {
    const outcome = engine.node(first, state, frame);
    const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
    return isNegated ? { success: outcome.failure, failure: outcome.success } : outcome;
  }
  const start = engine.facts.mark();
  engine.node(first, state, inSubshell(frame));
  let last: State | undefined;
  for (const command of rest) {
    const pipedFrom = [...new Set([...engine.facts.programsSince(start), ...frame.pipedFrom])];
    const inner = { ...state, stdin: { kind: 'pipe' } as const };
    last = after(engine.node(command, inner, { ...inSubshell(frame), pipedFrom }));
  }
  // `shopt -s lastpipe` lets the last one change the shell itself.
  if (!state.lastPipe || last === undefined) return both(state);
  return both(join(state, { ...last, stdin: state.stdin }));
}
