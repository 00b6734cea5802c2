import { Budget, Collector, type Engine } from '../engine/index.ts';
import { runCall } from './call.ts';
import { runNode } from './compound.ts';
import { runStatements } from './statements.ts';
import { substitute } from './substitute.ts';
import { runText, runTextIfWhole } from './text.ts';

/** An engine for one text. */
export function createEngine(workspace: string, home: string): Engine {
  const engine: Engine = {
    budget: new Budget(),
    facts: new Collector(),
    workspace,
    home,
    statements: (list, state, frame) => runStatements(engine, list, state, frame),
    node: (node, state, frame) => engine.budget.within(() => runNode(engine, node, state, frame)),
    substitute: (script, written, scope, frame) => substitute(engine, script, written, scope, frame),
    text: (text, state, frame) => runText(engine, text, state, frame),
    textIfWhole: (text, state, frame) => runTextIfWhole(engine, text, state, frame),
    call: (call) => runCall(engine, call),
  };
  return engine;
}
