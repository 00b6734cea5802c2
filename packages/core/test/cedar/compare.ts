/** One world asked of the three engines. */
import { createEntityStore } from '../../src/policy/compile/index.ts';
import { makeWorld, type World } from './generate-world.ts';
import { oracleFor, type OracleRequest, type TextPolicy } from './oracle.ts';
import {
  compiled,
  decisionFrom,
  engineAuthorize,
  engineEvaluate,
  entitiesFrom,
  referenceAnswer,
  treeOf,
} from './subject.ts';

/** What the cases met, so that a test can say that they were worth asking. */
export interface Met {
  cases: number;
  allowed: number;
  withErrors: number;
  withSeveral: number;
}

export const nothingMet = (): Met => ({ cases: 0, allowed: 0, withErrors: 0, withSeveral: 0 });

/** Asks every request of the world of `seed`; throws with the smallest set that still differs. */
export function compareWorld(seed: number, met: Met): void {
  const world = makeWorld(seed);
  const differs = differingRequest(world, met);
  if (differs === undefined) return;
  const policies = smallest(world.policies, (fewer) =>
    isDifferent({ ...world, policies: fewer, requests: [differs] }),
  );
  throw new Error(report(seed, { ...world, policies, requests: [differs] }));
}

/** The first request of `world` that is answered differently; `undefined` where there is none. */
export function differingRequest(world: World, met: Met = nothingMet()): OracleRequest | undefined {
  const { ask } = engines(world);
  return world.requests.find((request) => {
    const { engine, reference, oracle } = ask(request);
    met.cases += 1;
    if (oracle.decision === 'allow') met.allowed += 1;
    if (oracle.errors.length > 0) met.withErrors += 1;
    if (oracle.reasons.length > 1) met.withSeveral += 1;
    return engine !== oracle.text || reference !== oracle.text;
  });
}

function engines(world: World): {
  ask: (request: OracleRequest) => {
    engine: string;
    reference: string;
    oracle: { text: string; decision: string; errors: readonly string[]; reasons: readonly string[] };
  };
} {
  const trees = world.policies.map(treeOf);
  const entities = entitiesFrom(world.entities);
  const store = createEntityStore(entities);
  const set = compiled(trees);
  const oracle = oracleFor('as written', world.policies);
  // Permits alone: what determines the decision is then everything that is satisfied.
  const permits = oracleFor(
    'permits',
    world.policies.map((policy) => ({ ...policy, effect: 'permit' })),
  );
  return {
    ask: (request) => {
      const answer = oracle(request, world.entities);
      const { reasons: satisfied, errors } = permits(request, world.entities);
      const ofReference = referenceAnswer(trees, request, entities);
      return {
        engine: JSON.stringify([engineAuthorize(set, request, store), engineEvaluate(set, request, store)]),
        reference: JSON.stringify([decisionFrom(trees, ofReference), ofReference]),
        oracle: { ...answer, text: JSON.stringify([answer, { satisfied, errors }]) },
      };
    },
  };
}

const isDifferent = (world: World): boolean => differingRequest(world) !== undefined;

/** Takes out policies as long as the rest still differs. */
function smallest(
  policies: readonly TextPolicy[],
  differs: (fewer: readonly TextPolicy[]) => boolean,
): readonly TextPolicy[] {
  let kept = policies;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (fewer.length > 0 && differs(fewer)) kept = fewer;
      else at += size;
    }
  }
  return kept;
}

function report(seed: number, world: World): string {
  const { ask } = engines(world);
  const [request] = world.requests as [OracleRequest];
  const { engine, reference, oracle } = ask(request);
  return [
    `WRIT_SEED=${seed} WRIT_CASES=1 differs`,
    ...world.policies.map(
      ({ id, effect, body, link }) =>
        `${id}: ${effect} ${body} ${link === undefined ? '' : JSON.stringify(link)}`,
    ),
    `request  ${JSON.stringify(request)}`,
    `engine   ${engine}`,
    `reference ${reference}`,
    `official ${oracle.text}`,
    `entities ${world.entities}`,
  ].join('\n');
}
