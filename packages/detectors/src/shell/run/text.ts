/** Text that a shell runs. */
import { forEachChild, parse, type ParsedScript, type SyntaxNode } from 'unbash';
import { unite } from '../codes.ts';
import {
  type Budget,
  type Engine,
  type Frame,
  MAX_TREE_DEPTH,
  type Outcome,
  Refusal,
  type State,
} from '../engine/index.ts';

/** Runs `text` from `state`; refuses what bash would not take. */
export function runText(engine: Engine, text: string, state: State, frame: Frame): Outcome {
  engine.budget.takeText(text.length);
  const script = readText(text, engine.budget);
  const codes =
    frame.dialect === 'sh' && differs(script, text) ? unite(frame.codes, ['shell-differs']) : frame.codes;
  engine.facts.note(codes);
  return engine.statements(script.commands, state, { ...frame, codes });
}

/** The tree of `text`, whole in every part. */
function readText(text: string, budget: Budget): ParsedScript {
  try {
    const script = parse(text);
    checkTree(script, budget);
    return script;
  } catch (thrown) {
    // The parser bounds most nesting itself, but not chains like `function function …`, which exhaust the stack.
    if (thrown instanceof RangeError) throw new Refusal('too-deep');
    throw thrown;
  }
}

/** Runs `text` where it is a program; false where it is none. */
export function runTextIfWhole(engine: Engine, text: string, state: State, frame: Frame): boolean {
  engine.budget.takeText(text.length);
  try {
    runText(engine, text, state, frame);
    return true;
  } catch (thrown) {
    // A nested script that is none: what was found up to there stays, and does no harm.
    if (thrown instanceof Refusal && thrown.code === 'syntax') return false;
    throw thrown;
  }
}

/** Every node of `script`, nested scripts included, is whole; the walk costs a step a node. */
function checkTree(script: ParsedScript, budget: Budget): void {
  const waiting: (readonly [SyntaxNode, number])[] = [[script, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    budget.take();
    if (depth > MAX_TREE_DEPTH) throw new Refusal('too-deep');
    if (node.type === 'Script' && (node.errors?.length ?? 0) > 0) {
      const isDeep = node.errors?.some(({ message }) => message.includes('nesting depth')) === true;
      throw new Refusal(isDeep ? 'too-deep' : 'syntax');
    }
    forEachChild(node, (child) => {
      waiting.push([child, depth + 1]);
    });
  }
}

/**
 * Whether a POSIX shell would read `text` otherwise than bash: it takes `&>` for a background command, `((` for two
 * subshells, `[[` for a program, `$'` for a dollar before a quote, and braces as they stand. zsh reads `=name` as the path of
 * a program, and may run what stands in the brackets of a pattern.
 */
function differs(script: ParsedScript, text: string): boolean {
  if (/\$['"]|&>|\(\(|\[\[|\|&|<\(|>\(|<<<|\+=|=\(|\$\[|(?:^|\s)=\w/.test(text)) return true;
  const waiting: SyntaxNode[] = [script];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (
      node.type === 'BraceExpansion' ||
      node.type === 'ExtendedGlob' ||
      node.type === 'Coproc' ||
      node.type === 'Select' ||
      node.type === 'Time'
    )
      return true;
    if (node.type === 'Function' && /^function\b/.test(text.slice(node.pos))) return true;
    if (node.type === 'ParameterExpansion' && (node.prefix === '!' || node.index !== undefined)) return true;
    forEachChild(node, (child) => {
      waiting.push(child);
    });
  }
  return false;
}
