/** A policy set as it is compared: what decides, and what the search learns from. */
import type { PolicyDecisionPoint } from '../../../model/index.ts';
import { checkPolicySet } from '../../check-set.ts';
import type { CedarEntity } from '../../decision/index.ts';
import type { Policy } from '../../language/index.ts';
import { loadPolicySet, type PolicySetOptions } from '../../load.ts';
import type { PolicySchema } from '../../schema/index.ts';
import type { Settings } from '../setting-changes.ts';

/** A set with everything that a comparison looks at. */
export interface ComparedSet {
  readonly decisionPoint: PolicyDecisionPoint;
  readonly policies: readonly Policy[];
  readonly schema: PolicySchema;
  readonly entities: readonly CedarEntity[];
  readonly auditUntil?: number;
  /** Limits and patterns of its packs included. */
  readonly settings: Settings;
}

/** Loads a set for comparing. Throws as `loadPolicySet`. */
export function openComparedSet(options: PolicySetOptions): ComparedSet {
  const { decisionPoint } = loadPolicySet(options);
  const { policies, schema, limits, patterns } = checkPolicySet(options);
  const { auditUntil } = options;
  return {
    decisionPoint,
    policies,
    schema,
    entities: options.entities ?? [],
    settings: { ...options, limits, patterns },
    ...(auditUntil === undefined ? {} : { auditUntil }),
  };
}
