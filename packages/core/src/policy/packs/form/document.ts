/** A pack as it was read: typed, with places, and nothing of Cedar yet. */
import type { LimitDeclaration, Mode } from '../../../model/index.ts';
import type { Place } from '../../language/index.ts';

/** A whole pack. */
export interface PackDocument {
  /** Prefix of the ids of all its policies. */
  readonly name: string;
  readonly description?: string;
  readonly mode?: Mode;
  /** Instant at which audit mode ends, milliseconds since 1970; there for mode `audit`, and only there. */
  readonly auditUntil?: number;
  readonly rules: readonly PackRule[];
  readonly limits: readonly LimitDeclaration[];
}

/** Who a rule is about. Lists that are empty say nothing. */
export interface Subjects {
  readonly agents: readonly string[];
  readonly teams: readonly string[];
  /** Roles of the person the agent acts for. */
  readonly roles: readonly string[];
}

/** What every rule has. */
export interface RuleBase {
  /** Unique in the pack. */
  readonly id: string;
  readonly place: Place;
  /** `rules[3]`. */
  readonly path: string;
  readonly reason?: string;
  readonly controls: readonly string[];
  readonly for?: Subjects;
  readonly except?: Subjects;
}

/** Tools of a rule: `server/tool`, `server/get_*`, `*`. */
export interface ToolPatterns {
  readonly patterns: readonly { readonly glob: string; readonly place: Place }[];
}

/** What domains and paths are looked for in: an argument of tools, or the hosts and files that actions touch by themselves. */
export type Target =
  | {
      readonly kind: 'argument';
      readonly tools: ToolPatterns;
      readonly argument: ArgumentPath;
      readonly required: boolean;
    }
  | {
      readonly kind: 'resource';
      /** Of files: what of them, both where it is absent. */
      readonly access?: 'read' | 'write';
    };

/** Names of properties from the outside in; `text` is how it was written. */
export interface ArgumentPath {
  readonly steps: readonly string[];
  readonly text: string;
  readonly place: Place;
}

/** A literal of a constraint. Numbers keep their digits: `-12`, `10.50`. */
export type Literal =
  | { readonly kind: 'string'; readonly text: string; readonly place: Place }
  | { readonly kind: 'integer' | 'decimal'; readonly text: string; readonly place: Place }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly place: Place };

/** One test of one argument. */
export type ArgumentTest =
  | { readonly test: 'equals'; readonly value: Literal }
  | { readonly test: 'one_of' | 'none_of'; readonly values: readonly Literal[] }
  | { readonly test: 'min' | 'max' | 'above' | 'below'; readonly value: Literal }
  | { readonly test: 'like' | 'unlike'; readonly glob: string; readonly place: Place }
  | { readonly test: 'includes'; readonly value: Literal }
  | { readonly test: 'max_length' | 'min_length'; readonly length: number; readonly place: Place }
  | { readonly test: 'differs_from'; readonly other: 'user.id' | ArgumentPath; readonly place: Place };

/** All that is said about one argument. */
export interface ArgumentConstraint {
  readonly argument: ArgumentPath;
  readonly required: boolean;
  readonly tests: readonly ArgumentTest[];
}

/** Days of the week, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** One rule. */
export type PackRule = RuleBase &
  (
    | {
        readonly verb: 'allow';
        readonly tools: ToolPatterns;
        readonly where: readonly ArgumentConstraint[];
        readonly redact: readonly string[];
        readonly label: readonly string[];
      }
    | {
        readonly verb: 'deny';
        readonly tools: ToolPatterns;
        readonly where: readonly ArgumentConstraint[];
      }
    | {
        readonly verb: 'approve';
        readonly tools: ToolPatterns;
        readonly where: readonly ArgumentConstraint[];
        readonly approvers: readonly string[];
        readonly quorum: number;
        /** `30m`, as the annotation has it. */
        readonly timeout?: string;
      }
    | {
        readonly verb: 'constrain';
        readonly tools: ToolPatterns;
        readonly arguments: readonly ArgumentConstraint[];
      }
    | {
        readonly verb: 'block';
        readonly tools: ToolPatterns;
        /** `undefined` looks into every text of the arguments. */
        readonly argument?: ArgumentPath;
        readonly pattern: {
          readonly kind: 'substring' | 'glob' | 'regex';
          readonly text: string;
          readonly place: Place;
          readonly ignoreCase: boolean;
        };
      }
    | {
        readonly verb: 'domains' | 'paths';
        readonly target: Target;
        readonly only?: readonly string[];
        readonly never: readonly string[];
      }
    | {
        readonly verb: 'hours';
        readonly tools: ToolPatterns;
        /** Minutes since midnight, `from` before `to`. */
        readonly from: number;
        readonly to: number;
        /** Minutes east of UTC. */
        readonly zone: number;
        /** Empty means every day. */
        readonly days: readonly Weekday[];
      }
  );

/** Verbs, one of which each rule has. */
export const VERBS = ['allow', 'deny', 'approve', 'constrain', 'block', 'domains', 'paths', 'hours'] as const;
export type Verb = (typeof VERBS)[number];
