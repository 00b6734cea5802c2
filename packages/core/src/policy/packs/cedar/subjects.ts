/** Whom a rule is about, as scope and conditions. */
import type { PackRule, Subjects } from '../form/index.ts';
import { allOf, anyOf, entity, list, not, stringLiteral } from './text.ts';

/** The principal scope and the conditions that go with it. */
export interface SubjectText {
  readonly principal: string;
  readonly conditions: readonly string[];
}

/** For a permit: one of the agents or in one of the teams, and for a person with one of the roles. */
export function permitSubjects(rule: PackRule): SubjectText {
  if (rule.for === undefined) return { principal: 'principal', conditions: [] };
  const { principal, conditions } = principalText(rule.for);
  return { principal, conditions: [...conditions, ...rolesText(rule.for)] };
}

/**
 * For a forbid: the same, but a rule for roles also holds where no person is known, because nobody can say that it does not.
 * Whoever `except` names is left out; where no person is known, no role leaves anybody out.
 */
export function forbidSubjects(rule: PackRule): SubjectText {
  const only = rule.for === undefined ? undefined : principalText(rule.for);
  const roles = rule.for === undefined ? [] : rolesText(rule.for);
  const unknown = roles.map((text) => `!(context has user) || (${text})`);
  const excepted = rule.except === undefined ? [] : [exceptText(rule.except)];
  return {
    principal: only?.principal ?? 'principal',
    conditions: [...(only?.conditions ?? []), ...unknown, ...excepted.map(not)],
  };
}

function exceptText(except: Subjects): string {
  return allOf([...namedText(except), ...rolesText(except)]) ?? 'false';
}

function principalText(subjects: Subjects): SubjectText {
  const { agents, teams } = subjects;
  const [agent, team] = [agents[0], teams[0]];
  if (agents.length + teams.length === 1) {
    if (agent !== undefined) return { principal: `principal == ${entity('Agent', agent)}`, conditions: [] };
    if (team !== undefined) return { principal: `principal in ${entity('Team', team)}`, conditions: [] };
  }
  return { principal: 'principal', conditions: namedText(subjects) };
}

/** One of the agents, or in one of the teams. A set holds entities of one type only. */
function namedText({ agents, teams }: Subjects): readonly string[] {
  const named = anyOf(
    [agents.map((id) => entity('Agent', id)), teams.map((id) => entity('Team', id))]
      .filter((entities) => entities.length > 0)
      .map((entities) => `principal in ${list(entities)}`),
  );
  return named === undefined ? [] : [named];
}

function rolesText({ roles }: Subjects): readonly string[] {
  if (roles.length === 0) return [];
  return [`context has user && context.user.roles.containsAny(${list(roles.map(stringLiteral))})`];
}

/** Conditions joined, or nothing. */
export function whenOf(conditions: readonly (string | undefined)[]): { readonly when?: string } {
  const when = allOf(conditions.filter((one) => one !== undefined));
  return when === undefined ? {} : { when };
}
