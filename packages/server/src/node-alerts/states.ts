/** What is wrong with the nodes now: by their last words, and by what came of their logs. */
import type { RaisedAlert } from '../alerts/index.ts';
import { fleetOf, type LastHeartbeat, lastHeartbeats, type TROUBLES } from '../fleet/index.ts';
import { type NodeRecord, NODES } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { alertOf, type NodeState } from './facts.ts';

/** Silence after which people are told, in milliseconds: a node that is started anew is back before. */
export const SILENT_MS = 120_000;

/** Errors that each node counted when it was looked at last, by node. */
export type CountedErrors = ReadonlyMap<string, { readonly since: number; readonly errors: number }>;

const TROUBLE_STATES: Readonly<Record<(typeof TROUBLES)[number], NodeState>> = {
  log: 'node.log',
  publish: 'node.publish',
  witness: 'node.witness',
  retention: 'node.retention',
  export: 'node.export',
};

/** What stands now. */
export interface Standing {
  readonly alerts: readonly RaisedAlert[];
  readonly counted: CountedErrors;
}

/** Looks at the nodes of `organisation` that take part. */
export async function standingOf(
  plane: Plane,
  organisation: string,
  before: CountedErrors | undefined,
): Promise<Standing> {
  const now = plane.clock.now();
  const nodes = plane
    .objects(organisation, NODES)
    .list()
    .filter(({ status }) => status === 'active');
  if (nodes.length === 0) return { alerts: [], counted: new Map() };
  const words = await lastHeartbeats(plane, organisation);
  const lives = await fleetOf(plane, organisation, nodes, now);
  const counted = new Map([...words].map(([id, word]) => [id, errorsOf(word)]));
  const alerts = nodes.flatMap((node) => {
    const { entries = 0, evidence = 0 } = lives.get(node.id)?.omissions ?? {};
    const ofLog = [
      ...(entries > 0 ? [alertOf('node.missing', node)] : []),
      ...(evidence > 0 ? [alertOf('node.evidence', node, String(evidence))] : []),
    ];
    const word = words.get(node.id);
    return word === undefined ? ofLog : [...ofLog, ...ofWord(node, word, before?.get(node.id), now)];
  });
  return { alerts, counted };
}

function ofWord(
  node: Stored<NodeRecord>,
  word: LastHeartbeat,
  before: { readonly since: number; readonly errors: number } | undefined,
  now: number,
): readonly RaisedAlert[] {
  // What it said of itself is not known to be so any more.
  if (now - word.at > SILENT_MS) return [alertOf('node.silent', node)];
  const { since, errors } = errorsOf(word);
  const isFailing = before !== undefined && errors > (since === before.since ? before.errors : 0);
  const troubles = (word.troubles ?? []).map(({ kind, name }) => alertOf(TROUBLE_STATES[kind], node, name));
  return [...(isFailing ? [alertOf('node.faults', node)] : []), ...troubles];
}

function errorsOf({ since, decisions }: LastHeartbeat): { readonly since: number; readonly errors: number } {
  return { since, errors: decisions.reduce((sum, { errors }) => sum + errors, 0) };
}
