/** Which fields of entries a node may disclose to its control plane. A closed list: what a later version records is not disclosed by an older configuration. */

/** Fields that may be sent with their entries: who acted, with what, under which labels. `tool` brings the pinned definition with it. */
export const ALWAYS_DISCLOSABLE = [
  'subject',
  'session',
  'target',
  'method',
  'requestedDigest',
  'performedDigest',
  'signature',
  'reasons',
  'input',
  'tool',
  'concerns',
  'words',
  'approver',
] as const;
/** Fields that are sent for a person's look at one entry, and never otherwise: what was done, in full. */
export const LOOK_DISCLOSABLE = ['arguments', 'performedArguments', 'result'] as const;
/** A field of either list. */
export type DisclosableField = (typeof ALWAYS_DISCLOSABLE)[number] | (typeof LOOK_DISCLOSABLE)[number];
