// casbin: every rule a line with a condition that it evaluates itself; effect "some allow and no deny".
import { newEnforcer, newModelFromString } from 'casbin';
import type { Rule } from '../../policy/scenario.ts';
import type { BenchedEngine as PeerEngine } from '../../policy/engine.ts';

const MODEL = `
[request_definition]
r = team, tool, server, ctx
[policy_definition]
p = team, tool, server, most, above, role, finding, mfa, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.team == "*" || p.team == r.team) && (p.tool == "*" || p.tool == r.tool) && (p.server == "*" || p.server == r.server) && isWithin(r.ctx, p.most, p.above) && has(r.ctx, p.role, p.finding, p.mfa)
`;

const column = (value: string | number | boolean | undefined): string =>
  value === undefined ? '*' : String(value);

export const casbinEngine: PeerEngine = {
  engine: 'casbin',
  mode: 'enforceSync',
  most: 10_000,
  async load({ rules, requests }) {
    const enforcer = await newEnforcer(newModelFromString(MODEL));
    enforcer.enableLog(false);
    await enforcer.addFunction(
      'isWithin',
      (context: { args: { amount: number } }, most: string, above: string) => {
        const { amount } = context.args;
        return (most === '*' || amount <= Number(most)) && (above === '*' || amount > Number(above));
      },
    );
    await enforcer.addFunction(
      'has',
      (
        context: { user: { roles: string[]; mfa: boolean }; findings: string[] },
        role: string,
        finding: string,
        mfa: string,
      ) =>
        (role === '*' || context.user.roles.includes(role)) &&
        (finding === '*' || context.findings.includes(finding)) &&
        (mfa === '*' || String(context.user.mfa) === mfa),
    );
    const line = ({ team, tool, server, most, above, role, finding, mfa, effect }: Rule): string[] => [
      ...[team, tool, server, most, above, role, finding, mfa].map(column),
      effect === 'permit' ? 'allow' : 'deny',
    ];
    await enforcer.addPolicies(rules.map(line));
    return (place) => {
      const request = requests[place];
      return enforcer.enforceSync(request?.team, request?.tool, request?.server, request?.context);
    };
  },
};
