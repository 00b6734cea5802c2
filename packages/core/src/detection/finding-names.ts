/** Findings as policy reads them. */
import type { Finding } from '../model/index.ts';

/** The names of `findings` for `context.findings`: each `kind`, and `kind/detail` where there is a detail; sorted by code unit, each once. */
export function findingNames(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const names = new Set<string>();
  for (const { kind, detail } of findings) {
    names.add(kind);
    if (detail !== undefined) names.add(`${kind}/${detail}`);
  }
  return [...names].sort();
}
