/** Plain Cedar over a schema of one's own: what a program of Writ asks about its own users. Agents are judged by `loadPolicySet`, never by this. */
import { Fault, type JsonObject } from '../kernel/index.ts';
import { authorize, type Authorization, compileSet, createEntityStore } from './compile/index.ts';
import type { CedarEntity } from './decision/index.ts';
import {
  type EntityUid,
  parseSources,
  type PolicyIssue,
  type PolicySource,
  renderIssue,
} from './language/index.ts';
import {
  type CedarSchema,
  checkRequest,
  createValidator,
  parseEntities,
  parseSchemaText,
  resolveSchema,
} from './schema/index.ts';
import { parseExactJson, Uid } from './value/index.ts';

/** A question. `entities`: principal and resource with their attributes and parents, as the schema declares them. */
export interface AuthorizerQuestion {
  readonly principal: EntityUid;
  readonly action: string;
  readonly resource: EntityUid;
  readonly context: JsonObject;
  readonly entities: readonly CedarEntity[];
}

/** Answers by fixed policies. */
export interface Authorizer {
  /** The schema's actions, in its order. */
  readonly actions: readonly string[];
  /** Cedar's answer. What the schema does not declare, or types otherwise, is a denial that names the problem among `errors`; never throws. */
  ask(question: AuthorizerQuestion): Authorization;
}

/** Loads `policies` under the Cedar schema `schema`. Throws `policy.syntax` or `policy.schema` for the first problem: nothing is loaded in part. */
export function createAuthorizer(schema: PolicySource, policies: readonly PolicySource[]): Authorizer {
  const resolved = readSchema(schema);
  const { policies: parsed, problems } = parseSources(policies);
  refuse('policy.syntax', problems[0]);
  const validate = createValidator(resolved);
  for (const { id, tree } of parsed) {
    const [error] = [...validate(tree).errors, ...validate(tree).warnings];
    if (error !== undefined) throw new Fault('policy.schema', `the policy \`${id}\`: ${error.message}`);
  }
  const set = compileSet(parsed.map(({ id, tree }) => ({ id, tree, ref: { id, effect: tree.effect } })));
  return {
    actions: [...resolved.actions.values()].map(({ uid }) => uid.id),
    ask({ principal, action, resource, context, entities }) {
      const read = parseEntities(parseExactJson(JSON.stringify(entities)), resolved);
      if ('problems' in read) return denied(read.problems);
      const uids = {
        principal: new Uid(principal.type, principal.id),
        action: new Uid('Action', action),
        resource: new Uid(resource.type, resource.id),
      };
      const request = checkRequest({ ...uids, context: parseExactJson(JSON.stringify(context)) }, resolved);
      if ('problems' in request) return denied(request.problems);
      return authorize(set, { ...uids, context: request.context }, createEntityStore(read.entities));
    },
  };
}

function readSchema(source: PolicySource): CedarSchema {
  const parsed = parseSchemaText(source);
  if ('problems' in parsed) refuse('policy.schema', parsed.problems[0]);
  const resolved = 'json' in parsed ? resolveSchema(parsed.json) : { problems: [] };
  if ('schema' in resolved) return resolved.schema;
  throw new Fault('policy.schema', `the schema \`${source.name}\` does not resolve`);
}

function refuse(code: 'policy.syntax' | 'policy.schema', issue: PolicyIssue | undefined): void {
  if (issue !== undefined) throw new Fault(code, renderIssue(issue).split('\n')[0] ?? code);
}

function denied(problems: readonly { readonly path: string; readonly message: string }[]): Authorization {
  return {
    decision: 'deny',
    reasons: [],
    errors: problems.map(({ path, message }) => `${path}: ${message}`),
  };
}
