/** Strict validation of a policy: every problem in every kind of request that it could apply to, each told once. */
import type { PolicyTree } from '../../language/index.ts';
import type { CedarSchema } from '../model/index.ts';
import { checkCondition } from './check-expression.ts';
import { checkNames } from './check-names.ts';
import { Checker, NO_CAPABILITIES, union } from './checker.ts';
import { environmentsOf, type RequestEnvironment, type TypeProblem } from './environment.ts';
import { createLikeness } from './likeness.ts';
import { indexScopes } from './scope.ts';
import { isAlways } from './types.ts';

/** What is wrong with a policy; a warning `impossible` says that no request of the schema can satisfy it. */
export interface PolicyValidation {
  readonly errors: readonly TypeProblem[];
  readonly warnings: readonly TypeProblem[];
}

/** Validates policies against one schema. */
export type PolicyValidator = (policy: PolicyTree) => PolicyValidation;

/** Fewer environments than this are checked one by one: finding which are alike would cost more. */
const MIN_CLASSED = 16;

/** A validator for `schema`; its kinds of requests are found once. */
export function createValidator(schema: CedarSchema): PolicyValidator {
  const environments = environmentsOf(schema);
  const environmentsFor = indexScopes(environments, schema);
  const classesOf = createLikeness(environments);
  return (policy) => {
    const errors = new Map<string, TypeProblem>();
    const note = (problem: TypeProblem): void => {
      const key = `${problem.code} ${problem.start} ${problem.end} ${problem.message}`;
      if (!errors.has(key)) errors.set(key, problem);
    };
    for (const problem of checkNames(policy, schema)) note(problem);
    const applicable = environmentsFor(policy);
    const { action, start, end } = policy;
    if (action.op === 'in' && action.entities.length === 0)
      note({
        code: 'empty-set',
        message: 'empty set literals are forbidden in policies',
        start: action.start,
        end: action.end,
      });
    if (applicable.length === 0)
      note({
        code: 'no-applicable-action',
        message: 'unable to find an applicable action given the policy scope constraints',
        start: action.start,
        end: action.end,
      });
    let canHold = false;
    const classes = applicable.length < MIN_CLASSED ? undefined : classesOf(policy);
    const sound = new Set<number>();
    for (const environment of applicable) {
      const alike = classes?.[environment.place];
      if (alike !== undefined && sound.has(alike)) continue;
      const checked = checkIn(policy, environment, schema);
      if (checked.canHold) canHold = true;
      // A problem names the action it was found in, so each action tells its own.
      if (checked.problems.length === 0 && alike !== undefined) sound.add(alike);
      for (const problem of checked.problems) note(problem);
    }
    const impossible: TypeProblem = {
      code: 'impossible',
      message: 'the policy is false for every request of the schema',
      start,
      end,
    };
    return { errors: [...errors.values()], warnings: canHold ? [] : [impossible] };
  };
}

/** Checks the conditions in one environment and says whether they could hold there. */
function checkIn(
  policy: PolicyTree,
  environment: RequestEnvironment,
  schema: CedarSchema,
): { readonly canHold: boolean; readonly problems: readonly TypeProblem[] } {
  const checker = new Checker(schema, environment);
  let known = NO_CAPABILITIES;
  let canHold = true;
  for (const { kind, body } of policy.conditions) {
    const checked = checkCondition(checker, body, known);
    if (isAlways(checked.type, kind === 'unless')) {
      canHold = false;
      break;
    }
    if (kind === 'when') known = union(known, checked.known);
  }
  return { canHold, problems: checker.problems };
}
