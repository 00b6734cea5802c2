/** Checks policies against a schema: strict types, reachable scopes, and arguments that can be judged at all. */
import { didYouMean, placeOf, type Policy, type PolicyIssue, shown } from '../language/index.ts';
import { createArgumentReadsCheck } from './check-args.ts';
import { PLACEHOLDER_TOOL, type PolicySchema } from './generate.ts';
import { CONTEXT_PATHS, TOOL_CALLS } from './base.ts';
import { actionScope } from './scope.ts';
import { createValidator, type TypeProblem, type TypeProblemCode } from './validate/index.ts';

/** What a check found. */
export interface CheckedPolicies {
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
}

/**
 * Problems of `policies` under `schema`. A policy that no request can satisfy is a problem, not a warning:
 * a rule that silently never matches is the most dangerous kind. Policies in `sound` were checked under this very schema before
 * and had nothing to tell; others of that kind go into it.
 */
export function checkPolicies(
  policies: readonly Policy[],
  schema: PolicySchema,
  sound: WeakSet<Policy> = new WeakSet(),
): CheckedPolicies {
  const validate = createValidator(schema.resolved);
  const checkArgumentReads = createArgumentReadsCheck(schema);
  const servers = serversOf(schema);
  const problems: PolicyIssue[] = [];
  const warnings: PolicyIssue[] = [];
  for (const policy of policies) {
    if (sound.has(policy)) continue;
    const told = problems.length + warnings.length;
    const read = checkArgumentReads(policy);
    const { errors, warnings: noted } = validate(policy.tree);
    const typed = tellOnce(errors, read.length > 0).map((error) => typeProblem(policy, error));
    const found = [...read, ...typed];
    problems.push(...found);
    if (found.length === 0 && noted.length > 0) problems.push(impossible(policy));
    problems.push(...unknownNeeds(policy));
    warnings.push(...unknownServers(policy, schema, servers));
    if (problems.length + warnings.length === told) sound.add(policy);
  }
  return { problems, warnings };
}

/** One mistake is reported once: not for each action it concerns, and not again for what follows from it. */
function tellOnce(errors: readonly TypeProblem[], argumentsExplained: boolean): readonly TypeProblem[] {
  const isMisnamed = errors.some(({ code }) => code.startsWith('unknown-') && code !== 'unknown-attribute');
  const seen = new Set<string>();
  return errors.filter((error) => {
    if (isMisnamed && error.code === 'no-applicable-action') return false;
    if (argumentsExplained && isMissingArgument(error)) return false;
    const key = `${error.start}:${error.end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isMissingArgument({ code, path }: TypeProblem): boolean {
  return code === 'unknown-attribute' && path?.[0] === 'context' && path[1] === 'args' && path.length > 2;
}

const CODES: Readonly<Partial<Record<TypeProblemCode, PolicyIssue['code']>>> = {
  'unknown-attribute': 'policy.unknown-attribute',
  'unknown-entity-type': 'policy.schema',
  'unknown-action': 'policy.schema',
  'unknown-entity': 'policy.schema',
};

function typeProblem(policy: Policy, error: TypeProblem): PolicyIssue {
  const hint = betterHint(policy, error) ?? error.hint;
  return {
    code: CODES[error.code] ?? 'policy.type',
    message: error.message,
    place: placeOf(policy.source, error.start),
    text: shown(policy.source.text.slice(error.start, error.end)),
    policy: policy.id,
    ...(hint === undefined || hint === '' ? {} : { hint }),
  };
}

function betterHint(policy: Policy, error: TypeProblem): string | undefined {
  const scope = actionScope(policy.tree);
  if (error.code === 'no-applicable-action') {
    const wholeGroup = policy.tree.action.op === '==' && scope !== 'all' && scope.includes(TOOL_CALLS);
    return wholeGroup ? `all tool calls are \`action in Action::"${TOOL_CALLS}"\`` : undefined;
  }
  if (isMissingArgument(error) && (scope === 'all' || scope.length !== 1 || scope.includes(TOOL_CALLS)))
    return 'not every action it covers has this argument: test for it with `context.args has … &&`';
  if (error.path?.[1] === 'limits') return 'no limit of this name is declared';
  return error.hint?.includes(JSON.stringify(PLACEHOLDER_TOOL)) === true ? '' : undefined;
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

function serversOf({ tools }: PolicySchema): ReadonlySet<string> {
  const servers = new Set([...tools].map((id) => id.slice(0, id.indexOf('/'))));
  servers.delete('');
  return servers;
}

/** A server or tool named in scope or condition that listed nothing; it may still have resources or prompts. */
function unknownServers(
  policy: Policy,
  schema: PolicySchema,
  servers: ReadonlySet<string>,
): readonly PolicyIssue[] {
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
