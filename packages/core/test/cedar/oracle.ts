/** The official engine, asked for comparison: integers exact, policies parsed once for a set. */
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { Effect, EntityUid } from '../../src/policy/language/index.ts';

/** A policy as text without its effect: `(principal, action, resource) when { … };`. With `link`, a template and what fills it. */
export interface TextPolicy {
  readonly id: string;
  readonly effect: Effect;
  readonly body: string;
  readonly link?: { readonly principal?: EntityUid; readonly resource?: EntityUid };
}

export interface OracleRequest {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  /** JSON. */
  readonly context: string;
}

export interface OracleAnswer {
  readonly decision: string;
  readonly reasons: readonly string[];
  readonly errors: readonly string[];
}

/** What the language gives and its types do not yet: the source of a number, and a number printed as given. */
interface ExactJson {
  parse(text: string, revive: (name: string, value: unknown, context: { source: string }) => unknown): never;
  rawJSON(text: string): unknown;
}

/** JSON whose numbers are handed on as they are written. */
function rawJson(text: string): never {
  const exact = JSON as unknown as ExactJson;
  return exact.parse(text, (_name, value, { source }) =>
    typeof value === 'number' ? exact.rawJSON(source) : value,
  );
}

/** A function that asks the official engine about `policies`. Throws what it refuses. */
export function oracleFor(
  name: string,
  policies: readonly TextPolicy[],
): (request: OracleRequest, entities: string) => OracleAnswer {
  const text = (policy: TextPolicy): string => `${policy.effect} ${policy.body}`;
  const links = policies.filter(({ link }) => link !== undefined);
  const parsed = preparsePolicySet(name, {
    staticPolicies: Object.fromEntries(
      policies.filter(({ link }) => link === undefined).map((policy) => [policy.id, text(policy)]),
    ),
    templates: Object.fromEntries(links.map((policy) => [`template of ${policy.id}`, text(policy)])),
    templateLinks: links.map(({ id, link = {} }) => ({
      templateId: `template of ${id}`,
      newId: id,
      values: {
        ...(link.principal === undefined ? {} : { '?principal': link.principal }),
        ...(link.resource === undefined ? {} : { '?resource': link.resource }),
      },
    })),
  });
  if (parsed.type === 'failure') throw new Error(`the official engine: ${parsed.errors[0]?.message}`);
  let held: { readonly text: string; readonly json: never } | undefined;
  return ({ principal, action, resource, context }, entities) => {
    if (held?.text !== entities) held = { text: entities, json: rawJson(entities) };
    const answer = statefulIsAuthorized({
      principal: { ...principal },
      action: { ...action },
      resource: { ...resource },
      context: rawJson(context),
      preparsedPolicySetId: name,
      entities: held.json,
    });
    if (answer.type === 'failure') throw new Error(`the official engine: ${answer.errors[0]?.message}`);
    const { decision, diagnostics } = answer.response;
    return {
      decision,
      reasons: diagnostics.reason.toSorted(),
      errors: diagnostics.errors.map(({ policyId }) => policyId).toSorted(),
    };
  };
}
