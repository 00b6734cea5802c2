/** Which answers an event makes old: by the collection that its action names. */

/** What else a collection's change shows in. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  approvals: ['agents'],
  approver_keys: ['approvers'],
  bundles: ['rollouts', 'nodes'],
  emergencies: ['emergency_access'],
  enrolments: ['nodes'],
  groups: ['people'],
  links: ['people'],
  organisations: ['me'],
  people: ['me', 'approvers'],
  rollouts: ['bundles', 'nodes'],
  stops: ['agents', 'nodes'],
};

/** First words of the query keys that an event of `action` (`agents.suspend`) makes old: pages name their keys by collection. */
export function keysOf(action: string): readonly string[] {
  const [collection = ''] = action.split('.', 1);
  return [collection, ...(ALSO[collection] ?? [])];
}
