/** Purposes that personal data may be used for, and notices about them, as an operator registers them. */

/** Legal bases of processing (GDPR article 6, paragraph 1, points a to f). */
export const LEGAL_BASES = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
] as const;
/** One of {@link LEGAL_BASES}. */
export type LegalBasis = (typeof LEGAL_BASES)[number];

/**
 * Whose data is used: `person`, whom the agent acts for; `none` where nobody can be told apart; else a path of the arguments, `context.args.customer`,
 * where the person's name or number stands.
 */
export type SubjectSource = string;

/** What a tool may receive: paths of its arguments (`customer`, `address.city`, `items[].sku`), none for `[]`, or all of them. */
export type AllowedFields = readonly string[] | 'everything';

/** One purpose of the register. */
export interface Purpose {
  /** {@link PURPOSE_ID}. */
  readonly id: string;
  /** Why, in a sentence for the people whose data it is. */
  readonly description: string;
  /** Classes of data that are used, at least one. */
  readonly data: readonly string[];
  readonly basis: LegalBasis;
  /** Retention class of what is recorded of actions for it. */
  readonly retention: string;
  /** Who receives the data. */
  readonly recipients: readonly string[];
  readonly subject: SubjectSource;
  /** Id of the notice that a person must have been shown first; absent for none. */
  readonly notice?: string;
  /**
   * By tool (`crm/find_customer`), or by action where it is none (`process/exec`): what it may receive. Absent: nothing is minimised. Where it is there, what
   * carries arguments and is not named in it is refused.
   */
  readonly minimise?: Readonly<Record<string, AllowedFields>>;
}

/** A notice in one version (GDPR articles 13 and 14). */
export interface Notice {
  /** {@link PURPOSE_ID}. */
  readonly id: string;
  /** From 1. Another text is another version, and is shown anew. */
  readonly version: number;
  /** By language (BCP 47), at least one. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What a register says. */
export interface RegisterContents {
  readonly purposes: readonly Purpose[];
  readonly notices: readonly Notice[];
}

/** Ids of purposes and notices. */
export const PURPOSE_ID: RegExp = /^[a-z][a-z0-9_-]{0,63}$/;
/** Most purposes, and most notices, of a register. */
export const MAX_PURPOSES = 1_024;
