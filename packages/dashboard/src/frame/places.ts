/** The places of the rail, in its order. */
import type { IconName } from '../ui/index.ts';

/** One place. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
}

export const PLACES: readonly Place[] = [
  { path: '/live', name: 'Live', icon: 'live', key: 'l' },
  { path: '/approvals', name: 'Approvals', icon: 'approvals', key: 'p' },
  { path: '/agents', name: 'Agents', icon: 'agents', key: 'a' },
  { path: '/tools', name: 'Tools', icon: 'tools', key: 't' },
  { path: '/policies', name: 'Policies', icon: 'policies', key: 'o' },
  { path: '/log', name: 'Log', icon: 'log', key: 'r' },
  { path: '/fleet', name: 'Fleet', icon: 'fleet', key: 'f' },
  { path: '/alerts', name: 'Alerts', icon: 'alerts', key: 'e' },
  { path: '/settings', name: 'Settings', icon: 'settings', key: 's' },
];
