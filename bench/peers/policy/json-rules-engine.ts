// json-rules-engine: one rule with an event for each rule; permits and forbids are told apart by the event.
import { Engine } from 'json-rules-engine';
import type { Rule } from '../../policy/scenario.ts';
import type { BenchedEngine as PeerEngine } from '../../policy/engine.ts';

type Condition = { fact: string; operator: string; value: unknown; path?: string };

function conditionsOf(rule: Rule): Condition[] {
  const equal = (fact: string, value: unknown, path?: string): Condition => ({
    fact,
    operator: 'equal',
    value,
    ...(path === undefined ? {} : { path }),
  });
  const amount = (operator: string, value: number): Condition => ({
    fact: 'context',
    path: '$.args.amount',
    operator,
    value,
  });
  return [
    ...(rule.team === undefined ? [] : [equal('team', rule.team)]),
    ...(rule.tool === undefined ? [] : [equal('tool', rule.tool)]),
    ...(rule.server === undefined ? [] : [equal('server', rule.server)]),
    ...(rule.most === undefined ? [] : [amount('lessThanInclusive', rule.most)]),
    ...(rule.above === undefined ? [] : [amount('greaterThan', rule.above)]),
    ...(rule.role === undefined
      ? []
      : [{ fact: 'context', path: '$.user.roles', operator: 'contains', value: rule.role }]),
    ...(rule.finding === undefined
      ? []
      : [{ fact: 'context', path: '$.findings', operator: 'contains', value: rule.finding }]),
    ...(rule.mfa === undefined ? [] : [equal('context', rule.mfa, '$.user.mfa')]),
  ];
}

export const jsonRulesEngine: PeerEngine = {
  engine: 'json-rules-engine',
  mode: 'run',
  most: 1_000,
  async load({ rules, requests }) {
    const engine = new Engine(
      rules.map((rule) => ({ conditions: { all: conditionsOf(rule) }, event: { type: rule.effect } })),
    );
    return async (place) => {
      const request = requests[place];
      const { team, tool, server, context } = request ?? {};
      const { events } = await engine.run({ team, tool, server, context });
      return events.some(({ type }) => type === 'permit') && !events.some(({ type }) => type === 'forbid');
    };
  },
};
