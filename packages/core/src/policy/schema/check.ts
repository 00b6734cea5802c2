/** Checks policies against a schema: strict types, reachable scopes, and arguments that can be judged at all. */
import { validatePolicies } from '../engine/index.ts';
import { didYouMean, placeOf, type Policy, type PolicyIssue, shown } from '../language/index.ts';
import type { PolicyProblem } from '../engine/index.ts';
import { checkArgumentReads } from './check-args.ts';
import { PLACEHOLDER_TOOL, type PolicySchema } from './generate.ts';
import { CONTEXT_PATHS, TOOL_CALLS } from './base.ts';
import { actionScope } from './scope.ts';

/** What a check found. */
export interface CheckedPolicies {
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
}

const UNKNOWN_NAME = /^unrecognized /;
const MISSING_ARGUMENT = /attribute `args(?:\.|\[)/;
const NO_ACTION = 'unable to find an applicable action';

/**
 * Problems of `policies` under `schema`. A policy that no request can satisfy is a problem, not a warning:
 * a rule that silently never matches is the most dangerous kind.
 */
export function checkPolicies(policies: readonly Policy[], schema: PolicySchema): CheckedPolicies {
  const validation = validatePolicies(
    schema.cedar,
    policies.map(({ text }) => text),
  );
  const problems: PolicyIssue[] = policies.flatMap((policy) => checkArgumentReads(policy, schema));
  const explained = new Set(problems.map(({ policy }) => policy));
  const warnings: PolicyIssue[] = [];
  const seen = new Set<string>();
  const misnaming = new Set(
    validation.errors.filter(({ message }) => UNKNOWN_NAME.test(message)).map((error) => error.policy),
  );
  for (const error of validation.errors) {
    const policy = policies[error.policy];
    // One mistake is reported once: not for each tool it concerns, and not again for what follows from it.
    const key = `${error.policy}:${error.start}:${error.end}`;
    const follows = misnaming.has(error.policy) && error.message.includes(NO_ACTION);
    if (policy === undefined || seen.has(key) || follows) continue;
    if (explained.has(policy.id) && MISSING_ARGUMENT.test(error.message)) continue;
    seen.add(key);
    problems.push(typeProblem(policy, error));
  }
  const broken = new Set(problems.map(({ policy }) => policy));
  for (const warning of validation.warnings) {
    const policy = policies[warning.policy];
    if (policy === undefined || broken.has(policy.id)) continue;
    if (warning.impossible) problems.push(impossible(policy));
    else warnings.push(issueOf(policy, warning, 'policy.type'));
  }
  for (const policy of policies) problems.push(...unknownNeeds(policy));
  for (const policy of policies) warnings.push(...unknownServers(policy, schema));
  return { problems, warnings };
}

function typeProblem(policy: Policy, error: PolicyProblem): PolicyIssue {
  const unknownAttribute = /attribute .* not found/.test(error.message);
  const unknownName = UNKNOWN_NAME.test(error.message);
  const issue = issueOf(
    policy,
    error,
    unknownAttribute ? 'policy.unknown-attribute' : unknownName ? 'policy.schema' : 'policy.type',
  );
  const hint = betterHint(policy, error);
  return hint === undefined ? issue : { ...issue, hint };
}

function betterHint(policy: Policy, error: PolicyProblem): string | undefined {
  const scope = actionScope(policy.tree);
  if (error.message.includes(NO_ACTION)) {
    const wholeGroup = policy.tree.action.op === '==' && scope !== 'all' && scope.includes(TOOL_CALLS);
    return wholeGroup ? `all tool calls are \`action in Action::"${TOOL_CALLS}"\`` : undefined;
  }
  const missing =
    MISSING_ARGUMENT.test(error.message) &&
    (scope === 'all' || scope.length !== 1 || scope.includes(TOOL_CALLS));
  if (missing)
    return 'not every action it covers has this argument: test for it with `context.args has … &&`';
  if (error.message.includes('`limits`')) return 'no face supplies limits yet';
  return error.hint?.includes(`"${PLACEHOLDER_TOOL}"`) === true ? '' : undefined;
}

function issueOf(policy: Policy, problem: PolicyProblem, code: PolicyIssue['code']): PolicyIssue {
  const start = problem.start ?? 0;
  const text = shown(policy.text.slice(start, problem.end ?? policy.text.length));
  return {
    code,
    message: problem.message,
    place: placeOf(policy.source, policy.start + start),
    text,
    policy: policy.id,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  };
}

function impossible(policy: Policy): PolicyIssue {
  return {
    code: 'policy.type',
    message: 'no request can satisfy it',
    place: policy.place,
    policy: policy.id,
    hint: 'a condition that is always false, or a test for something that the actions in its scope do not have',
  };
}

/** Facts that a `defer` waits for and that no request could ever carry. */
function unknownNeeds(policy: Policy): readonly PolicyIssue[] {
  const unknown = policy.needs.filter((path) => !isContextPath(path.split('.').slice(1)));
  return unknown.map((path) => {
    const hint = didYouMean(path, CONTEXT_PATHS);
    return {
      code: 'policy.annotation' as const,
      message: `\`@needs\` names \`${path}\`, which is no part of the context`,
      place: policy.place,
      policy: policy.id,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

function isContextPath(path: readonly string[]): boolean {
  return path[0] === 'args' || CONTEXT_PATHS.has(`context.${path.join('.')}`);
}

/** A server or tool named in scope or condition that listed nothing; it may still have resources or prompts. */
function unknownServers(policy: Policy, schema: PolicySchema): readonly PolicyIssue[] {
  const servers = new Set([...schema.tools].map((id) => id.slice(0, id.indexOf('/'))));
  servers.delete('');
  if (servers.size === 0) return [];
  const issues: PolicyIssue[] = [];
  for (const { type, id } of policy.reads.entities) {
    const known = type === 'Server' ? servers.has(id) : type === 'Tool' ? schema.tools.has(id) : true;
    if (known) continue;
    const hint = didYouMean(id, type === 'Server' ? servers : schema.tools);
    issues.push({
      code: 'policy.schema',
      message: `no tool is known for \`${type}::${JSON.stringify(id)}\``,
      place: policy.place,
      policy: policy.id,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return issues;
}
