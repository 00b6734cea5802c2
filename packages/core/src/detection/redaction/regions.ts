/** From findings that may overlap to regions that do not. */
import { type Finding, SEVERITIES } from '../../model/index.ts';

/** A stretch of a string that is replaced as one. */
export interface Region {
  readonly start: number;
  readonly end: number;
  /** The kind written in its place: that of the gravest finding in it, then of the longest, then the first by name. */
  readonly label: string;
  /** All kinds that had a finding in it. */
  readonly kinds: ReadonlySet<string>;
}

/** Regions of a text of `length` units, in order. Findings that share a unit fall into one region; neighbours that only touch do not. */
export function regionsOf(findings: readonly Finding[], length: number): readonly Region[] {
  const inOrder = [...findings].sort((left, right) => left.span.start - right.span.start);
  const regions: Region[] = [];
  let group: Finding[] = [];
  let end = 0;
  for (const finding of inOrder) {
    if (group.length > 0 && finding.span.start >= end) {
      regions.push(regionOf(group, end, length));
      group = [];
      end = 0;
    }
    group.push(finding);
    end = Math.max(end, finding.span.end);
  }
  if (group.length > 0) regions.push(regionOf(group, end, length));
  return regions;
}

function regionOf(findings: readonly Finding[], end: number, length: number): Region {
  const gravest = findings.reduce((best, finding) => (isGraver(finding, best) ? finding : best));
  return {
    start: findings[0]?.span.start ?? 0,
    end: Math.min(end, length),
    label: gravest.kind,
    kinds: new Set(findings.map((finding) => finding.kind)),
  };
}

function isGraver(left: Finding, right: Finding): boolean {
  const severity = SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity);
  if (severity !== 0) return severity > 0;
  const length = left.span.end - left.span.start - (right.span.end - right.span.start);
  return length !== 0 ? length > 0 : left.kind < right.kind;
}
