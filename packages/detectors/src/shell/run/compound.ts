/** Commands made of commands. */
import type { AndOr, Case, If, PipelineNode, Redirected, TestCommand, TestExpression } from 'unbash';
import {
  after,
  both,
  deeper,
  type Engine,
  type Frame,
  inSubshell,
  join,
  type Outcome,
  type State,
} from '../engine/index.ts';
import {
  computeArithmetic,
  computeText,
  computeVariable,
  expandPattern,
  expandText,
  type Surroundings,
} from '../words/index.ts';
import { defineFunction } from './functions.ts';
import { runArithmeticFor, runFor, runWhile } from './loops.ts';
import { redirect } from './redirects.ts';
import { runSimple } from './simple.ts';
import { runAndOr, runPipeline } from './statements.ts';

export function runNode(engine: Engine, node: PipelineNode | AndOr, state: State, frame: Frame): Outcome {
  engine.budget.take();
  switch (node.type) {
    case 'Command':
      return runSimple(engine, node, state, frame);
    case 'Pipeline':
      return runPipeline(engine, node, state, frame);
    case 'AndOr':
      return runAndOr(engine, node, state, frame);
    case 'Redirected':
      return runRedirected(engine, node, state, frame);
    case 'BraceGroup':
      return engine.statements(node.body, state, frame);
    case 'Subshell':
      engine.statements(node.body, state, inSubshell(frame));
      return both(state);
    case 'Coproc':
      return runCoproc(engine, node, state, frame);
    case 'If':
      return runIf(engine, node, state, frame);
    case 'Case':
      return runCase(engine, node, state, frame);
    case 'For':
    case 'Select':
      return runFor(engine, node, state, frame);
    case 'While':
      return runWhile(engine, node, state, frame);
    case 'ArithmeticFor':
      return runArithmeticFor(engine, node, state, frame);
    case 'ArithmeticCommand': {
      const scope = { state };
      const inner = { text: expandText, pattern: expandPattern };
      computeArithmetic(node.expression, `((${node.body}))`, { engine, scope, frame }, inner);
      return both(scope.state);
    }
    case 'TestCommand':
      return runTest(engine, node, state, frame);
    case 'Function':
      return defineFunction(engine, node, state, frame);
    default:
      return node satisfies never;
  }
}

function runRedirected(engine: Engine, node: Redirected, state: State, frame: Frame): Outcome {
  const scope = { state };
  const inner = redirect(engine, node.redirects, scope, frame, 'shell');
  const { success, failure } = engine.node(node.command, inner.state, inner.frame);
  const restore = (end: State | undefined): State | undefined => end && { ...end, stdin: state.stdin };
  return { success: restore(success), failure: restore(failure) };
}

function runCoproc(
  engine: Engine,
  node: Extract<PipelineNode, { readonly type: 'Coproc' }>,
  state: State,
  frame: Frame,
): Outcome {
  const inner = { ...deeper(frame), pipedFrom: [...frame.pipedFrom, '?'] };
  const start: State = { ...state, stdin: { kind: 'pipe' } };
  if (node.body.type === 'CompoundList') engine.statements(node.body, start, inner);
  else engine.node(node.body, start, inner);
  return both(state);
}

function runIf(engine: Engine, node: If, state: State, frame: Frame): Outcome {
  const ends: (State | undefined)[] = [];
  let clause = engine.statements(node.clause, state, frame);
  ends.push(after(engine.statements(node.then, clause.success ?? state, frame)));
  for (const branch of node.elif) {
    const entry = clause.failure ?? state;
    clause = engine.statements(branch.clause, entry, frame);
    ends.push(after(engine.statements(branch.then, clause.success ?? entry, frame)));
  }
  const entry = clause.failure ?? state;
  ends.push(node.else === undefined ? entry : after(engine.statements(node.else, entry, frame)));
  return joinAll(ends);
}

/** What holds after any of `ends`; nothing follows where all of them left. */
function joinAll(ends: readonly (State | undefined)[]): Outcome {
  const [first, ...rest] = ends.filter((end) => end !== undefined);
  return first === undefined ? {} : both(rest.reduce(join, first));
}

function runCase(engine: Engine, node: Case, state: State, frame: Frame): Outcome {
  const scope = { state };
  const around = { engine, scope, frame };
  expandText(node.word, around);
  const ends: (State | undefined)[] = [];
  let fallen: State | undefined;
  for (const item of node.items) {
    for (const pattern of item.pattern) expandPattern(pattern, around);
    const entry = fallen === undefined ? scope.state : join(scope.state, fallen);
    const end = after(engine.statements(item.body, entry, frame));
    fallen = item.terminator === ';&' || item.terminator === ';;&' ? end : undefined;
    ends.push(end);
  }
  return joinAll([...ends, scope.state]);
}

function runTest(engine: Engine, node: TestCommand, state: State, frame: Frame): Outcome {
  const scope = { state };
  test(node.expression, { engine, scope, frame });
  return both(scope.state);
}

const COMPUTING: ReadonlySet<string> = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

function test(expression: TestExpression, around: Surroundings): void {
  around.engine.budget.take();
  switch (expression.type) {
    case 'TestUnary': {
      const operand = expandText(expression.operand, around);
      // An index in the name of a variable is computed.
      if (expression.operator === '-v' || expression.operator === '-R')
        computeText({ ...operand, text: operand.text.replace(/^\w+(?:\[[\d@*]*\])?$/, '') }, around);
      return;
    }
    case 'TestBinary':
      for (const word of [expression.left, expression.right]) {
        const value = expandPattern(word, around);
        if (!COMPUTING.has(expression.operator)) continue;
        if (/^[A-Za-z_]\w*$/.test(value.text)) computeVariable(value.text, around);
        else computeText(value, around);
      }
      return;
    case 'TestLogical':
      for (const operand of expression.operands) test(operand, around);
      return;
    case 'TestNot':
      return test(expression.operand, around);
    case 'TestGroup':
      return test(expression.expression, around);
    default:
      return expression satisfies never;
  }
}
