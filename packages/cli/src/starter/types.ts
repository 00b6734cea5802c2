/** What `writ init` knows when it writes the first files. */

/** A tool as its server described it. */
export interface StarterTool {
  readonly name: string;
  /** Whether the server says that it changes nothing (`readOnlyHint`); believed for a first draft that a person reads. */
  readonly isReadOnly: boolean;
  readonly summary: string;
}

/** The server that was named on the command line. */
export interface StarterServer {
  readonly name: string;
  readonly command: readonly string[];
  readonly tools: readonly StarterTool[];
  readonly isTrusted: boolean;
}

/** Everything that goes into the files. */
export interface StarterFacts {
  readonly agent: string;
  /** The log's name, where the operator chose it. */
  readonly origin?: string;
  readonly server?: StarterServer;
  readonly approver?: { readonly id: string; readonly key: string };
}
