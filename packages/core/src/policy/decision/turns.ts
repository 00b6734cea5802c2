/** What is put to the policies for one query, without deciding: for explanations and coverage. */
import type { PolicyQuery } from '../../model/index.ts';
import type { CedarRequest, EntityStore } from '../compile/index.ts';
import type { Policy } from '../language/index.ts';
import type { PolicySchema } from '../schema/index.ts';
import { EMPTY_RECORD, Uid } from '../value/index.ts';
import type { CedarEntity } from './cedar-entity.ts';
import { contextFor } from './context.ts';
import { snapshotEntities } from './entities.ts';
import { mapPart, mapPrincipals } from './mapping.ts';
import { createArgumentJudge } from './part-arguments.ts';
import type { PatternMatcher } from '../patterns/index.ts';
import { foundIn } from './patterns.ts';

/** One principal's question about one part. */
export interface DecisionTurn {
  readonly request: CedarRequest;
  readonly store: EntityStore;
}

/** Most parts that are looked at. */
const MAX_PARTS = 64;

/** The turns of a query over a set. The answer throws `policy.query` and `policy.arguments` where deciding would be a fault. */
export function openTurns(set: {
  readonly policies: readonly Policy[];
  readonly schema: PolicySchema;
  readonly entities: readonly CedarEntity[];
  readonly patterns?: PatternMatcher;
}): (query: PolicyQuery) => readonly DecisionTurn[] {
  const { policies, schema } = set;
  const named = policies.flatMap(({ reads }) => reads.entities);
  const entities = snapshotEntities(set.entities, named, schema);
  const judgeArgs = createArgumentJudge(policies, schema);
  return (query) => {
    const parts = query.parts.slice(0, MAX_PARTS).map((part) => mapPart(part, query, schema));
    const { args, unjudged } = judgeArgs(parts, query.context.args ?? {});
    return parts.flatMap((part, index) => {
      const { method } = part;
      const facts = {
        args: args[index] ?? EMPTY_RECORD,
        ...(method === undefined ? {} : { method }),
        ...foundIn(part, query, set.patterns),
      };
      const context = contextFor(query, facts, unjudged);
      return mapPrincipals(query).map((principal) => ({
        request: {
          principal: new Uid(principal.uid.type, principal.uid.id),
          action: new Uid('Action', part.action),
          resource: new Uid(part.resource.type, part.resource.id),
          context,
        },
        store: entities.around(principal, part),
      }));
    });
  };
}
