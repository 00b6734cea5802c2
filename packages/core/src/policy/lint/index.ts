/** Lint of policy sets. */
export { LINT_RULES, type LintFinding, lintPolicies, type LintRule } from './lint.ts';
