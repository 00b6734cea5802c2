/** Whether everything is enforcing: how each node stands, and what the fleet comes to. */
import type { Bundle, Node, Rollout } from './data.ts';

/** From what needs a look most to what needs none. */
export const STANDINGS = ['suspended', 'silent', 'gap', 'lenient', 'behind', 'own', 'enforcing'] as const;
/** How a node stands. `gap`: entries are missing that it counted; `lenient`: it watches only, or lets run what no policy names; `behind`: it decides by other policies than it was given; `own`: nothing is rolled out to it from here. */
export type Standing = (typeof STANDINGS)[number];

/** As it is said. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  suspended: 'suspended',
  silent: 'not heard of',
  gap: 'entries missing',
  lenient: 'not enforcing',
  behind: 'other policies',
  own: 'own policies',
  enforcing: 'enforcing',
};

/** As it is said of a count. */
const COUNTED_WORDS: Readonly<Record<Standing, string>> = {
  ...STANDING_WORDS,
  gap: 'with entries missing',
  behind: 'on other policies than given',
};

/** What a node was given. */
export interface Given {
  /** Hashes of policies that it may decide by. */
  readonly hashes: ReadonlySet<string>;
  /** How: `enforced`, `shadow` beside what is enforced, `canary`, or nothing from here. */
  readonly mode: string;
}

/** What nodes of the environment and team of `node` are given. */
export function givenTo(
  node: Pick<Node, 'environment' | 'team'>,
  rollouts: readonly Rollout[],
  bundles: readonly Bundle[],
): Given {
  const track = rollouts.find(
    ({ environment, team }) => environment === node.environment && team === node.team,
  );
  const ids = [track?.stable, track?.candidate?.bundle].filter((id) => id !== undefined);
  const hashes = new Set(bundles.filter(({ id }) => ids.includes(id)).map(({ policyHash }) => policyHash));
  const { candidate } = track ?? {};
  const mode =
    candidate === undefined
      ? track?.stable === undefined
        ? 'own policies'
        : 'enforced'
      : candidate.stage === 'shadow'
        ? 'shadow beside'
        : candidate.stage === 'canary'
          ? `canary ${candidate.share} %`
          : candidate.stage;
  return { hashes, mode };
}

/** How `node` stands. */
export function standingOf({ status, live }: Pick<Node, 'status' | 'live'>, { hashes }: Given): Standing {
  if (status === 'suspended') return 'suspended';
  if (live === undefined || live.isStale) return 'silent';
  if (live.omissions.entries + live.omissions.evidence > 0) return 'gap';
  if (live.mode === 'audit' || live.mode === 'permissive') return 'lenient';
  if (hashes.size === 0) return 'own';
  return live.policyHash !== undefined && hashes.has(live.policyHash) ? 'enforcing' : 'behind';
}

/** The fleet, counted. */
export interface Summary {
  readonly nodes: number;
  readonly by: Readonly<Record<Standing, number>>;
  /** Entries that nodes have and the control plane has not. */
  readonly lag: number;
  readonly missing: number;
  /** The answer to the page's question, in a sentence. */
  readonly sentence: string;
}

export function summaryOf(nodes: readonly { readonly node: Node; readonly standing: Standing }[]): Summary {
  const by: Record<Standing, number> = {
    suspended: 0,
    silent: 0,
    gap: 0,
    lenient: 0,
    behind: 0,
    own: 0,
    enforcing: 0,
  };
  let [lag, missing] = [0, 0];
  for (const { node, standing } of nodes) {
    by[standing] += 1;
    lag += node.live?.lag ?? 0;
    missing += (node.live?.omissions.entries ?? 0) + (node.live?.omissions.evidence ?? 0);
  }
  return { nodes: nodes.length, by, lag, missing, sentence: sentenceOf(nodes.length, by) };
}

function sentenceOf(nodes: number, by: Readonly<Record<Standing, number>>): string {
  if (nodes === 0) return 'No node is enrolled.';
  const troubled = STANDINGS.filter((one) => one !== 'enforcing' && one !== 'own' && by[one] > 0);
  if (troubled.length > 0)
    return `Of ${nodes}: ${troubled.map((one) => `${by[one]} ${COUNTED_WORDS[one]}`).join(', ')}.`;
  if (by.own === nodes) return 'Every node is heard of; each decides by policies of its own.';
  if (by.own > 0) return `Every node is heard of; ${by.own} of ${nodes} decide by policies of their own.`;
  return nodes === 1
    ? 'The one node enforces what it was given.'
    : `Each of the ${nodes} nodes enforces what it was given.`;
}
