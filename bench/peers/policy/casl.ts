// CASL: an ability over subjects of one type; conditions in its Mongo form, forbids as inverted rules that come last.
import { createMongoAbility, subject } from '@casl/ability';
import type { Request, Rule } from '../../policy/scenario.ts';
import type { BenchedEngine as PeerEngine } from '../../policy/engine.ts';

function conditionsOf(rule: Rule): Record<string, unknown> {
  const amount = {
    ...(rule.most === undefined ? {} : { $lte: rule.most }),
    ...(rule.above === undefined ? {} : { $gt: rule.above }),
  };
  return {
    ...(rule.team === undefined ? {} : { team: rule.team }),
    ...(rule.server === undefined ? {} : { server: rule.server }),
    ...(Object.keys(amount).length === 0 ? {} : { 'context.args.amount': amount }),
    ...(rule.role === undefined ? {} : { 'context.user.roles': rule.role }),
    ...(rule.finding === undefined ? {} : { 'context.findings': rule.finding }),
    ...(rule.mfa === undefined ? {} : { 'context.user.mfa': rule.mfa }),
  };
}

export const caslEngine: PeerEngine = {
  engine: 'casl',
  mode: 'ability.can',
  most: 10_000,
  async load({ rules, requests }) {
    const ordered = [...rules].sort((one, other) => (one.effect < other.effect ? 1 : -1));
    const ability = createMongoAbility<[string, 'Call' | (Request & { __caslSubjectType__: 'Call' })]>(
      ordered.map((rule) => ({
        action: rule.tool ?? 'manage',
        subject: 'Call',
        conditions: conditionsOf(rule),
        inverted: rule.effect === 'forbid',
      })) as never,
    );
    const calls = requests.map((request) => subject('Call', { ...request }));
    return (place) => ability.can(requests[place]?.tool ?? '', calls[place] as never);
  },
};
