/** Type-checks policies and entities against a schema. */
import type { Entities, SchemaJson, ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import { Fault, type JsonObject } from '../../kernel/index.ts';
import { toProblem } from './problems.ts';
import type { CedarEntity, EngineProblem, PolicyProblem } from './types.ts';
import { cedarWasm, runGuarded } from './wasm.ts';

/** What the validator found. A warning `impossible` means that no request of the schema can satisfy the policy. */
export interface Validation {
  readonly errors: readonly PolicyProblem[];
  readonly warnings: readonly (PolicyProblem & { readonly impossible: boolean })[];
}

/** Strict validation of `texts`, each one policy. Throws `policy.schema` where the schema itself is unusable. */
export function validatePolicies(schema: JsonObject, texts: readonly string[]): Validation {
  const staticPolicies = Object.fromEntries(texts.map((text, index) => [String(index), text]));
  const answer = runGuarded(cedarWasm(), 'policy.type', (engine) =>
    engine.validate({ schema: asSchema(schema), policies: { staticPolicies } }),
  );
  if (answer.type === 'failure') throw unusable(answer.errors[0]?.message ?? 'no reason given');
  const problem = ({ policyId, error }: ValidationError): PolicyProblem => {
    const policy = Number(policyId);
    return { ...toProblem(error, texts[policy] ?? ''), policy };
  };
  return {
    errors: answer.validationErrors.map(problem),
    warnings: answer.validationWarnings.map((warning) => ({
      ...problem(warning),
      impossible: warning.error.message.includes('is impossible'),
    })),
  };
}

/** Problems of `entities` under `schema`; none where they fit it. */
export function validateEntities(
  schema: JsonObject,
  entities: readonly CedarEntity[],
): readonly EngineProblem[] {
  const answer = runGuarded(cedarWasm(), 'policy.schema', (engine) =>
    engine.checkParseEntities({ schema: asSchema(schema), entities: entities as unknown as Entities }),
  );
  return answer.type === 'success' ? [] : answer.errors.map((error) => toProblem(error, ''));
}

function asSchema(schema: JsonObject): SchemaJson<string> {
  return schema as unknown as SchemaJson<string>;
}

function unusable(reason: string): Fault {
  return new Fault('policy.schema', `the schema made from the tools is not usable: ${reason}`);
}
