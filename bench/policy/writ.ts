// Our engine on the scenario: entities held, entities as JSON with each call; and how long loading and one change take.
// The engine is inside @writ/core, so the bench enters by its path; when it runs, the built code stands in for the source.
import {
  type CompiledSet,
  compileSet,
  createEntityStore,
  type EntityStore,
} from '../../packages/core/src/policy/compile/index.ts';
import { parsePolicies } from '../../packages/core/src/policy/language/index.ts';
import {
  EMPTY_RECORD,
  type Entity,
  recordFromJson,
  Uid,
} from '../../packages/core/src/policy/value/index.ts';
import type { BenchedEngine } from './engine.ts';
import { entitiesOf, type EntityJson, ruleText } from './cedar-text.ts';
import { hotScenario, type Request, type Scenario } from './scenario.ts';

type Effect = 'permit' | 'forbid';

function load(scenario: Scenario): CompiledSet<Effect> {
  const { policies } = parsePolicies({ name: 'bench', text: scenario.rules.map(ruleText).join('\n') });
  return compileSet(policies.map((tree, index) => ({ id: `p${index}`, tree, ref: tree.effect })));
}

/** A place that is not in the scenario. */
function nobody(): never {
  throw new Error('the scenario has no such place');
}

function entityOf({ uid, parents }: EntityJson): Entity {
  return {
    uid: new Uid(uid.type, uid.id),
    attrs: EMPTY_RECORD,
    tags: EMPTY_RECORD,
    parents: parents.map(({ type, id }) => new Uid(type, id)),
  };
}

function decider(
  set: CompiledSet<Effect>,
  { requests }: Scenario,
  storeOf: (place: number) => EntityStore,
): (place: number) => boolean {
  const uids = requests.map(({ agent, tool, server }: Request) => ({
    principal: new Uid('Agent', agent),
    action: new Uid('Action', tool),
    resource: new Uid('Server', server),
  }));
  const contexts = requests.map(({ context }) => context);
  return (place: number): boolean => {
    // The context arrives as a plain object, as it does in a guard, and is turned into a value with each call.
    const context = recordFromJson(contexts[place] as never);
    const { satisfied } = set.evaluate({ ...(uids[place] ?? nobody()), context }, storeOf(place));
    let isPermitted = false;
    for (const effect of satisfied) {
      if (effect === 'forbid') return false;
      isPermitted = true;
    }
    return isPermitted;
  };
}

const held = {
  engine: 'writ',
  mode: 'held',
  most: 10_000,
  async load(scenario: Scenario) {
    const set = load(scenario);
    const entities = new Map(
      scenario.requests.flatMap(entitiesOf).map((entity) => [JSON.stringify(entity.uid), entity]),
    );
    const store = createEntityStore([...entities.values()].map(entityOf));
    return decider(set, scenario, () => store);
  },
};

/** As `held`, with a context that was turned into a value once: what the evaluation alone takes. */
const evaluation = {
  engine: 'writ',
  mode: 'held-value',
  most: 10_000,
  async load(scenario: Scenario) {
    const set = load(scenario);
    const entities = new Map(
      scenario.requests.flatMap(entitiesOf).map((entity) => [JSON.stringify(entity.uid), entity]),
    );
    const store = createEntityStore([...entities.values()].map(entityOf));
    const requests = scenario.requests.map(({ agent, tool, server, context }) => ({
      principal: new Uid('Agent', agent),
      action: new Uid('Action', tool),
      resource: new Uid('Server', server),
      context: recordFromJson(context as never),
    }));
    return (place: number): boolean => {
      const { satisfied } = set.evaluate(requests[place] ?? nobody(), store);
      return satisfied.length > 0 && !satisfied.includes('forbid');
    };
  },
};

const json = {
  engine: 'writ',
  mode: 'entities-json',
  most: 10_000,
  async load(scenario: Scenario) {
    const set = load(scenario);
    return decider(set, scenario, (place) =>
      createEntityStore(entitiesOf(scenario.requests[place] ?? nobody()).map(entityOf)),
    );
  },
};

const ROUNDS = 7;

function medianMs(run: () => void): number {
  const samples = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return samples.sort((one, other) => one - other)[ROUNDS >> 1] ?? Number.NaN;
}

/** Median milliseconds of parsing and compiling a set, and of making one changed policy live in it. */
export const writEngines: {
  readonly decide: readonly BenchedEngine[];
  readonly once: readonly {
    readonly mode: string;
    measure(policies: number): { readonly ms: number; readonly rounds: number };
  }[];
} = {
  decide: [held, evaluation, json],
  once: [
    {
      mode: 'parse-and-compile',
      measure(policies: number) {
        const scenario = hotScenario(policies);
        return { ms: medianMs(() => void load(scenario)), rounds: ROUNDS };
      },
    },
    {
      mode: 'update',
      measure(policies: number) {
        const scenario = hotScenario(policies);
        const set = load(scenario);
        let changes = 0;
        const change = (): void => {
          changes += 1;
          const text = ruleText({ ...(scenario.rules[policies >> 1] ?? nobody()), most: changes });
          const [tree] = parsePolicies({ name: 'change', text }).policies;
          set.update({ put: [{ id: `p${policies >> 1}`, tree: tree ?? nobody(), ref: 'permit' }] });
        };
        change();
        return { ms: medianMs(change), rounds: ROUNDS };
      },
    },
  ],
};
