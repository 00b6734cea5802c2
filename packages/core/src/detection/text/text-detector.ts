/** A detector that looks at texts one by one: the loop, the bounds and the bookkeeping, written once. */
import type { Detector, DetectorInput, Finding, Severity } from '../../model/index.ts';
import type { ScanBounds } from './bounds.ts';
import { type ScannedText, scanOf, scanWithin } from './scan.ts';

/** Kind of a finding that says: this was not looked at. */
export const OVERSIZE = 'oversize';

/** Findings one detector reports for one input; past it the whole value counts as not scanned. */
export const MAX_FINDINGS = 10_000;

/** What was recognised in a text; places are those of the text that was given. */
export interface Recognised {
  readonly kind: string;
  readonly detail?: string;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  readonly start: number;
  readonly end: number;
}

/** Costly steps that an inspection may still take for this input; it counts them down itself and does without at 0. */
export interface Effort {
  left: number;
}

/** The part of a detector that differs from others. */
export interface TextDetectorOptions {
  readonly id: string;
  readonly version: string;
  /** Kinds reported besides `oversize`. */
  readonly kinds: readonly string[];
  /** The direction it applies to; absent means both. */
  readonly direction?: DetectorInput['direction'];
  /** Costly steps allowed for one input; absent means none. */
  readonly effort?: number;
  /** Bounds other than the default; the scan is then not shared with other detectors. */
  readonly bounds?: ScanBounds;
  /** Reports what `text` holds. Linear in its length; keeps no state between calls. */
  inspect(text: ScannedText, report: (recognised: Recognised) => void, effort: Effort): void;
}

/** A `Detector` that walks, decodes, inspects every text and maps the findings back to the original. */
export function createTextDetector(options: TextDetectorOptions): Detector {
  return {
    id: options.id,
    version: options.version,
    kinds: [...options.kinds, OVERSIZE],
    detect(input) {
      if (options.direction !== undefined && input.direction !== options.direction) return [];
      return inspectAll(input, options);
    },
  };
}

function inspectAll(input: DetectorInput, options: TextDetectorOptions): readonly Finding[] {
  const scan = options.bounds === undefined ? scanOf(input) : scanWithin(input, options.bounds);
  const detector = options.id;
  const findings: Finding[] = [];
  // Made with the first finding: most inputs have none.
  let seen: Set<string> | undefined;
  const effort: Effort = { left: options.effort ?? 0 };
  for (const text of scan.texts) {
    const report = (recognised: Recognised): void => {
      if (findings.length >= MAX_FINDINGS) return;
      const { kind, detail, severity, confidence, start, end } = recognised;
      const span = text.spanOf(start, end);
      const identity = `${kind}/${detail ?? ''} ${span.start} ${span.end} ${span.inKey === true} ${span.pointer}`;
      seen ??= new Set();
      if (seen.has(identity)) return;
      seen.add(identity);
      const finding: Finding = { kind, severity, confidence, span, detector };
      findings.push(detail === undefined ? finding : { ...finding, detail });
    };
    options.inspect(text, report, effort);
    if (findings.length >= MAX_FINDINGS) break;
  }
  const unscanned = findings.length >= MAX_FINDINGS ? [{ pointer: '', start: 0, end: 1 }] : scan.unscanned;
  for (const span of unscanned) {
    findings.push({ kind: OVERSIZE, severity: 'medium', confidence: 1, span, detector });
  }
  return findings;
}
