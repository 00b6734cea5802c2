/** One line of an ordered list: whom it is about, and what it says. */

/** A line. Absent conditions hold for everything. */
export interface Rule {
  /** From 1. */
  readonly line: number;
  readonly says: 'allow' | 'deny';
  /** Upper case; empty for any. */
  readonly methods: readonly string[];
  readonly host:
    | { readonly is: 'any' }
    | { readonly is: 'exact'; readonly name: string }
    /** Everything below `name`, and not itself. */
    | { readonly is: 'below'; readonly name: string }
    /** An IPv4 network of whole numbers, `10.0.0.0/8`: Cedar compares texts of addresses that are not written out, and no more. */
    | { readonly is: 'network'; readonly network: string };
  readonly scheme?: 'http' | 'https';
  /** Empty for any. */
  readonly ports: readonly number[];
  /** With `*` for any characters; absent for any. */
  readonly path?: string;
}

/** What is wrong with a line, or worth knowing of it. */
export interface RuleNote {
  readonly line: number;
  readonly text: string;
}
