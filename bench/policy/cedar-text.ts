// The scenario in Cedar: for our engine and for the official one.
import type { Request, Rule } from './scenario.ts';

/** A rule as policy text. */
export function ruleText(rule: Rule): string {
  const principal = rule.team === undefined ? 'principal' : `principal in Team::"${rule.team}"`;
  const action = rule.tool === undefined ? 'action' : `action == Action::"${rule.tool}"`;
  const resource = rule.server === undefined ? 'resource' : `resource == Server::"${rule.server}"`;
  const conditions = [
    ...(rule.most === undefined ? [] : [`context.args.amount <= ${rule.most}`]),
    ...(rule.above === undefined ? [] : [`context.args.amount > ${rule.above}`]),
    ...(rule.role === undefined ? [] : [`context.user.roles.contains("${rule.role}")`]),
    ...(rule.finding === undefined ? [] : [`context.findings.contains("${rule.finding}")`]),
    ...(rule.mfa === undefined ? [] : [`context.user.mfa == ${rule.mfa}`]),
  ];
  return `@id("${rule.id}") ${rule.effect}(${principal}, ${action}, ${resource}) when { ${conditions.join(' && ')} };`;
}

/** The schema of the scenario, in Cedar's text form; `tools` are the actions. */
export function schemaText(tools: readonly string[]): string {
  const context =
    '{ args: { amount: Long, path: String }, user: { id: String, roles: Set<String>, mfa: Bool }, findings: Set<String>, labels: Set<String>, purpose: String, session: String, hour: Long, unwitnessed: Long }';
  const names = [...new Set(tools)].map((tool) => JSON.stringify(tool)).join(', ');
  return `entity Org; entity Team in [Org]; entity Agent in [Team]; entity Server;
action "tools/call"; action ${names} in ["tools/call"] appliesTo { principal: [Agent], resource: [Server], context: ${context} };`;
}

/** An entity in Cedar's JSON form. */
export interface EntityJson {
  readonly uid: { readonly type: string; readonly id: string };
  readonly attrs: Readonly<Record<string, never>>;
  readonly parents: readonly { readonly type: string; readonly id: string }[];
}

/** The entities one request needs. */
export function entitiesOf(request: Request): readonly EntityJson[] {
  const team = { type: 'Team', id: request.team };
  return [
    { uid: { type: 'Agent', id: request.agent }, attrs: {}, parents: [team] },
    { uid: team, attrs: {}, parents: [{ type: 'Org', id: request.org }] },
    { uid: { type: 'Org', id: request.org }, attrs: {}, parents: [] },
    { uid: { type: 'Server', id: request.server }, attrs: {}, parents: [] },
    {
      uid: { type: 'Action', id: request.tool },
      attrs: {},
      parents: [{ type: 'Action', id: 'tools/call' }],
    },
  ];
}
