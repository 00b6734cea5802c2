/** Words and places of alerts. Pure. */
import type { Alert } from './queries.ts';

/** What noticed it, as one says it. */
export const SOURCES: Readonly<Record<Alert['source'], string>> = {
  rule: 'a stop rule',
  node: 'a node',
  retention: 'retention',
  export: 'an export',
  witness: 'a witness',
  rollout: 'a roll-out',
  person: 'a person',
  emergency: 'emergency access',
};

/** Where to look for what it is about; `undefined` where nothing here shows it. */
export function placeOf({
  node,
  source,
}: Pick<Alert, 'node' | 'source'>):
  | { readonly to: string; readonly search: Readonly<Record<string, string>>; readonly label: string }
  | undefined {
  if (node !== undefined) return { to: '/fleet', search: { open: node }, label: 'Look at the node' };
  switch (source) {
    case 'rollout':
      return { to: '/policies', search: { tab: 'rollouts' }, label: 'Look at the roll-outs' };
    case 'emergency':
      return { to: '/settings', search: { tab: 'emergency' }, label: 'Look at emergency access' };
    case 'rule':
      return { to: '/agents', search: {}, label: 'Look at the agents' };
    case 'node':
    case 'retention':
    case 'export':
    case 'witness':
      return { to: '/fleet', search: {}, label: 'Look at the fleet' };
    case 'person':
      return undefined;
    default:
      return source satisfies never;
  }
}

/** Words of the log that find what was recorded where it was noticed; `undefined` where it is about no node. */
export function recordOf({ node }: Pick<Alert, 'node'>): Readonly<Record<string, string>> | undefined {
  return node === undefined ? undefined : { node };
}

/** One line without control characters, as acknowledgements are kept. */
export function asLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}
