/** What a detector saw. A finding is a fact for policy, never a verdict (OCSF finding). */
import type { JsonValue } from '../kernel/index.ts';

/** How grave a finding is, OCSF severity names. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A place in a JSON value. */
export interface Span {
  /** JSON Pointer (RFC 6901) to the string it lies in; the empty text is the root. */
  readonly pointer: string;
  /** First UTF-16 unit, from 0. */
  readonly start: number;
  /** One past the last unit; `start < end`. */
  readonly end: number;
  /** Whether the span is in the property's name rather than in its value. */
  readonly inKey?: boolean;
}

/** Something a detector recognised. */
export interface Finding {
  /** Kind in kebab case, what `@redact` and `context.findings` name: `payment-card`, `secret`, `path-traversal`. */
  readonly kind: string;
  /** The finer kind, `aws-access-key`; in `context.findings` too, as `kind/detail`. */
  readonly detail?: string;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  readonly span: Span;
  /** Id of the detector. */
  readonly detector: string;
}

/** What a detector is given: the whole value, judged string by string. */
export interface DetectorInput {
  readonly value: JsonValue;
  /** `arguments` on the way in, `result` on the way back. */
  readonly direction: 'arguments' | 'result';
  /** `server/tool`, or the method where it is no tool call. */
  readonly target: string;
}

/** A detector: pure, synchronous, linear in the size of its input, bounded. */
export interface Detector {
  /** Kebab case, unique within a guard. */
  readonly id: string;
  readonly version: string;
  /** The kinds it can report. */
  readonly kinds: readonly string[];
  /** Throws `detector.failed` where it cannot judge; a guard treats any throw so. Text past its bound is a finding of kind `oversize`, never silence. */
  detect(input: DetectorInput): readonly Finding[];
}
