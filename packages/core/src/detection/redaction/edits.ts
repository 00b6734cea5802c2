/** Findings sorted into the shape of the value they were made in. */
import { Fault } from '../../kernel/index.ts';
import type { Finding } from '../../model/index.ts';

/** What is to change at one node of a value and below it. */
export interface Edits {
  /** Findings in the node itself. */
  readonly here: Finding[];
  /** Findings in the name under which the node stands. */
  readonly inKey: Finding[];
  readonly below: Map<string, Edits>;
}

/** The tree of edits that `findings` ask for. Throws `detector.failed` for a pointer or span that means nothing. */
export function editsOf(findings: readonly Finding[]): Edits {
  const root = emptyEdits();
  for (const finding of findings) {
    const { pointer, start, end, inKey } = finding.span;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start)
      throw misplaced(finding);
    const steps = stepsOf(finding);
    if (inKey === true && pointer === '') throw misplaced(finding);
    let node = root;
    for (const step of steps) node = childOf(node, step);
    (inKey === true ? node.inKey : node.here).push(finding);
  }
  return root;
}

/** A fault for a finding at a place that the value does not have: what cannot be placed cannot be redacted. */
export function misplaced(finding: Finding): Fault {
  const { pointer, start, end } = finding.span;
  return new Fault(
    'detector.failed',
    `detector \`${finding.detector}\` reports \`${finding.kind}\` at a place that the value does not have`,
    { detector: finding.detector, kind: finding.kind, depth: pointer.split('/').length - 1, start, end },
  );
}

function stepsOf(finding: Finding): readonly string[] {
  const { pointer } = finding.span;
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw misplaced(finding);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function childOf(node: Edits, step: string): Edits {
  const known = node.below.get(step);
  if (known !== undefined) return known;
  const child = emptyEdits();
  node.below.set(step, child);
  return child;
}

function emptyEdits(): Edits {
  return { here: [], inKey: [], below: new Map() };
}
