// The official engine as WebAssembly: text with each call, preparsed, and preparsed with schema and validated requests.
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { entitiesOf, ruleText, schemaText } from '../../policy/cedar-text.ts';
import type { Request, Scenario } from '../../policy/scenario.ts';
import type { BenchedEngine as PeerEngine } from '../../policy/engine.ts';

let sets = 0;

const callOf = (request: Request) => ({
  principal: { type: 'Agent', id: request.agent },
  action: { type: 'Action', id: request.tool },
  resource: { type: 'Server', id: request.server },
  context: request.context as never,
  entities: entitiesOf(request) as never,
});

function isAllowed(answer: cedar.AuthorizationAnswer): boolean {
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message ?? 'refused');
  return answer.response.decision === 'allow';
}

const textOf = (scenario: Scenario): string => scenario.rules.map(ruleText).join('\n');

function preparse(scenario: Scenario): string {
  const name = `set-${(sets += 1)}`;
  const answer = cedar.preparsePolicySet(name, { staticPolicies: textOf(scenario) });
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message ?? 'refused');
  return name;
}

export const cedarWasmEngines: readonly PeerEngine[] = [
  {
    engine: 'cedar-wasm',
    mode: 'text',
    most: 1_000,
    async load(scenario) {
      const staticPolicies = textOf(scenario);
      const calls = scenario.requests.map(callOf);
      return (place) =>
        isAllowed(
          cedar.isAuthorized({ ...(calls[place] as (typeof calls)[number]), policies: { staticPolicies } }),
        );
    },
  },
  {
    engine: 'cedar-wasm',
    mode: 'preparsed',
    most: 10_000,
    async load(scenario) {
      const preparsedPolicySetId = preparse(scenario);
      const calls = scenario.requests.map(callOf);
      return (place) =>
        isAllowed(
          cedar.statefulIsAuthorized({ ...(calls[place] as (typeof calls)[number]), preparsedPolicySetId }),
        );
    },
  },
  {
    engine: 'cedar-wasm',
    mode: 'preparsed-schema',
    most: 10_000,
    async load(scenario) {
      const preparsedPolicySetId = preparse(scenario);
      const tools = [
        ...scenario.rules.flatMap(({ tool }) => tool ?? []),
        ...scenario.requests.map(({ tool }) => tool),
      ];
      const answer = cedar.preparseSchema(preparsedPolicySetId, schemaText(tools));
      if (answer.type === 'failure') throw new Error(answer.errors[0]?.message ?? 'refused');
      const calls = scenario.requests.map(callOf);
      return (place) =>
        isAllowed(
          cedar.statefulIsAuthorized({
            ...(calls[place] as (typeof calls)[number]),
            preparsedPolicySetId,
            preparsedSchemaName: preparsedPolicySetId,
            validateRequest: true,
          }),
        );
    },
  },
];
