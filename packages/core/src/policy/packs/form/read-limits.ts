/** Reads the limits of a pack. */
import type { PolicyIssue } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import type { PlacedValue } from './yaml.ts';

/** Placeholder until the model declares limits. */
export interface LimitDeclaration {
  readonly id: string;
}

/** The limits in `value`. */
export function readLimits(value: PlacedValue | undefined, issues: IssueList): readonly LimitDeclaration[] {
  if (value !== undefined) issues.refuse(value.place, 'limits are not known yet');
  return [];
}
export type Unused = PolicyIssue;
