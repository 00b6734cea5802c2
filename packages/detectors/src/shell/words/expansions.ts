/** What one expansion gives: `$x`, `${x…}`, `$(…)`, `$((…))`, `<(…)`. */
import { computeArithmetic } from './arithmetic.ts';
import type { Inner, Surroundings } from './surroundings.ts';
import { type Expansion, lookUp, one, unresolved } from './lookup.ts';
import { expandParameter } from './parameters.ts';
import type { ExpansionPart } from './pieces.ts';

export function expandPart(
  part: ExpansionPart,
  isQuoted: boolean,
  around: Surroundings,
  inner: Inner,
): Expansion {
  const { engine, scope, frame } = around;
  switch (part.type) {
    case 'SimpleExpansion':
      return lookUp(scope.state, part.text.slice(1), part.text);
    case 'ParameterExpansion':
      return expandParameter(part, isQuoted, around, inner);
    case 'CommandExpansion':
      return one(engine.substitute(part.script, part.text, scope, frame));
    case 'ArithmeticExpansion':
      return one(computeArithmetic(part.expression, part.text, around, inner));
    case 'ProcessSubstitution': {
      const piped = part.operator === '>' ? { ...frame, pipedFrom: ['?', ...frame.pipedFrom] } : frame;
      const state = scope.state;
      if (part.operator === '>') scope.state = { ...state, stdin: { kind: 'pipe' } };
      engine.substitute(part.script, part.text, scope, piped);
      scope.state = { ...scope.state, stdin: state.stdin };
      return one(unresolved(part.text, 'process-substitution'));
    }
    default:
      return part satisfies never;
  }
}
