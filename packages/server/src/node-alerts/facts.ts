/** What of a node makes an alert: a closed list. Its words hold names that operators gave, and nothing that agents or logs say. */
import type { RaisedAlert } from '../alerts/index.ts';
import type { NodeRecord } from '../nodes/index.ts';
import type { Stored } from '../state/index.ts';

export type NodeState =
  | 'node.silent'
  | 'node.missing'
  | 'node.evidence'
  | 'node.faults'
  | 'node.log'
  | 'node.publish'
  | 'node.witness'
  | 'node.retention'
  | 'node.export';
export type NodeEvent =
  | 'node.gap'
  | 'node.revoked'
  | 'node.down'
  | 'node.issuer'
  | 'node.tokens'
  | 'node.disclosure';

interface Fact extends Pick<RaisedAlert, 'severity' | 'source'> {
  /** Follows the name of the node. */
  readonly words: string;
}

/** States: each lasts, and its alert is closed once it is over. */
const STATES: Readonly<Record<NodeState, Fact>> = {
  'node.silent': { severity: 'medium', source: 'node', words: 'has not been heard of' },
  'node.missing': { severity: 'critical', source: 'node', words: 'lacks entries that it counted' },
  'node.evidence': { severity: 'critical', source: 'node', words: 'sent what contradicts its own log' },
  'node.faults': { severity: 'high', source: 'node', words: 'refuses actions because something fails in it' },
  'node.log': { severity: 'critical', source: 'node', words: 'cannot write its log, and permits nothing' },
  'node.publish': { severity: 'medium', source: 'witness', words: 'cannot publish its log' },
  'node.witness': { severity: 'high', source: 'witness', words: 'finds too few witnesses' },
  'node.retention': {
    severity: 'high',
    source: 'retention',
    words: 'does not destroy what is past its time',
  },
  'node.export': { severity: 'high', source: 'export', words: 'does not reach a destination of its log' },
};

/** Events: what an entry of its log says. Each is told until somebody acknowledges it, or a later entry says that it is over. */
const EVENTS: Readonly<Record<NodeEvent, Fact>> = {
  'node.gap': { severity: 'high', source: 'export', words: 'did not send entries to a destination' },
  'node.revoked': { severity: 'critical', source: 'node', words: 'revoked a key of its log' },
  'node.disclosure': {
    severity: 'critical',
    source: 'node',
    words: 'disclosed what its entries did not commit to',
  },
  'node.down': { severity: 'low', source: 'node', words: 'ended, and nobody knows how' },
  'node.issuer': {
    severity: 'high',
    source: 'node',
    words: 'verifies access tokens with the last keys of an issuer that is out of reach',
  },
  'node.tokens': {
    severity: 'high',
    source: 'node',
    words: 'refuses the access tokens of an issuer that is out of reach',
  },
};

/** The alert of `fact` about `node`. `part`: which one, where a node has several; a name that its operator gave, or a number. */
export function alertOf(
  fact: NodeState | NodeEvent,
  node: Pick<Stored<NodeRecord>, 'id' | 'name' | 'team'>,
  part?: string,
): RaisedAlert {
  const { severity, source, words }: Fact = { ...STATES, ...EVENTS }[fact];
  const which = part === undefined ? '' : `: \`${part}\``;
  return {
    severity,
    source,
    key: `${fact}/${node.id}${part === undefined ? '' : `/${part}`}`,
    text: `the node \`${node.name}\` ${words}${which}`,
    node: node.id,
    ...(node.team === undefined ? {} : { team: node.team }),
  };
}

/** Whether `key` is of a state of a node: such an alert is closed where its state is over. */
export function isOfState(key: string): boolean {
  return key.slice(0, key.indexOf('/')) in STATES;
}
