/** Which fields of entries nodes may disclose, and which of them only when somebody looks. A closed list: what a later version records is not taken by an earlier one. */

/** Fields that may come with their entries. */
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
/** Fields that come for a look alone: they hold what was done, in full. */
export const LOOK_DISCLOSABLE = ['arguments', 'performedArguments', 'result'] as const;
