/** How a field of an entry may hold what it holds. */

/**
 * `never_personal`: codes, counts, instants, hashes of public things and ids that name no person. `committed`: a salted commitment to a value
 * that the leaf does not show. `sealed`: only in the encrypted body.
 */
export type FieldClass = 'never_personal' | 'committed' | 'sealed';
