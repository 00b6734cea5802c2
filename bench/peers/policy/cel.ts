// Two CEL engines: one compiled expression for each rule, tried in turn, forbids first.
import { celEnv, parse as parseCel, plan } from '@bufbuild/cel';
import { Environment } from '@marcbachmann/cel-js';
import type { Request, Rule, Scenario } from '../../policy/scenario.ts';
import type { BenchedEngine as PeerEngine } from '../../policy/engine.ts';

/** A rule as a CEL expression. */
function expressionOf(rule: Rule): string {
  return [
    ...(rule.team === undefined ? [] : [`team == "${rule.team}"`]),
    ...(rule.tool === undefined ? [] : [`tool == "${rule.tool}"`]),
    ...(rule.server === undefined ? [] : [`server == "${rule.server}"`]),
    ...(rule.most === undefined ? [] : [`context.args.amount <= ${rule.most}`]),
    ...(rule.above === undefined ? [] : [`context.args.amount > ${rule.above}`]),
    ...(rule.role === undefined ? [] : [`"${rule.role}" in context.user.roles`]),
    ...(rule.finding === undefined ? [] : [`"${rule.finding}" in context.findings`]),
    ...(rule.mfa === undefined ? [] : [`context.user.mfa == ${rule.mfa}`]),
  ].join(' && ');
}

type Compiled = (input: Record<string, unknown>) => unknown;

/** CEL integers are BigInt in both engines. */
function inputOf({ team, tool, server, context }: Request): Record<string, unknown> {
  const args = { ...context.args, amount: BigInt(context.args.amount) };
  const facts = { ...context, args, hour: BigInt(context.hour), unwitnessed: BigInt(context.unwitnessed) };
  return { team, tool, server, context: facts };
}

function linear(
  { rules, requests }: Scenario,
  compile: (text: string) => Compiled,
): (place: number) => boolean {
  const of = (effect: Rule['effect']): readonly Compiled[] =>
    rules.filter((rule) => rule.effect === effect).map((rule) => compile(expressionOf(rule)));
  const [forbids, permits] = [of('forbid'), of('permit')];
  const inputs = requests.map(inputOf);
  return (place) => {
    const input = inputs[place] as Record<string, unknown>;
    return (
      !forbids.some((forbid) => forbid(input) === true) && permits.some((permit) => permit(input) === true)
    );
  };
}

export const celEngines: readonly PeerEngine[] = [
  {
    engine: 'cel-js (marcbachmann)',
    mode: 'linear',
    most: 10_000,
    async load(scenario) {
      const environment = new Environment({ unlistedVariablesAreDyn: true });
      return linear(scenario, (text) => {
        const compiled = environment.parse(text);
        return (input) => compiled(input);
      });
    },
  },
  {
    engine: '@bufbuild/cel',
    mode: 'linear',
    most: 10_000,
    async load(scenario) {
      const environment = celEnv();
      return linear(scenario, (text) => {
        const compiled = plan(environment, parseCel(text));
        return (input) => compiled(input as never);
      });
    },
  },
];
