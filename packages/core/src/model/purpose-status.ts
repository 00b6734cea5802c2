/** Whether the purpose that is declared for an action is one it may be done for, as policy reads it. */

/**
 * `unregistered`: no purpose of that name is in the register. `unknown_subject`: whose data it is cannot be told. `restricted`: that person had processing
 * restricted, or objected. `no_consent`: none is in force for the purpose as it reads now. `withdrawn`: the person took it back. `notice_due`: the person
 * has not been shown the notice that the purpose demands.
 */
export const PURPOSE_STATUSES = [
  'in_force',
  'unregistered',
  'unknown_subject',
  'restricted',
  'no_consent',
  'withdrawn',
  'notice_due',
] as const;
/** One of {@link PURPOSE_STATUSES}. */
export type PurposeStatus = (typeof PURPOSE_STATUSES)[number];

/** Whether `value` is one of {@link PURPOSE_STATUSES}. */
export function isPurposeStatus(value: unknown): value is PurposeStatus {
  return PURPOSE_STATUSES.some((status) => status === value);
}
