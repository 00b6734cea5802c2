/** What `privacy` says in `writ.yaml`. */

/** Purposes: their register, and what actions are for. */
export interface PrivacyConfiguration {
  /** File of the purpose register, absolute. */
  readonly purposes: string;
  /** What an action is for where nothing else says it, by id; absent for nothing. */
  readonly purpose?: string;
  /** By server, and by `server/tool`, which goes first. */
  readonly servers: Readonly<Record<string, string>>;
  readonly tools: Readonly<Record<string, string>>;
  /** What a caller may say that a call of its is for, and is believed; none for nobody. */
  readonly claims: readonly string[];
  /** In which languages notices are shown, the first that there is. */
  readonly languages: readonly string[];
}
