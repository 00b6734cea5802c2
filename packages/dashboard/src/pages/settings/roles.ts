/** What each role may, in words: the answer to "who may do what here?". */

export const ROLES = ['reader', 'writer', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  reader: 'sees agents, nodes, policies and alerts; changes nothing',
  writer: 'works with agents and drafts of policies, answers approvals, stops',
  admin: 'all of that; people, channels and nodes; reads the record; lifts stops',
  auditor: 'sees everything, the record included; changes nothing, and has no other role',
};

/** The roles after one was ticked or not: an auditor has no other role. */
export function rolesAfter(before: readonly string[], next: readonly string[]): readonly Role[] {
  const chosen = ROLES.filter((role) => next.includes(role));
  if (!chosen.includes('auditor') || chosen.length === 1) return chosen;
  return before.includes('auditor') ? chosen.filter((role) => role !== 'auditor') : ['auditor'];
}

/** Names out of a line, each once. */
export function namesOf(text: string): string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}
