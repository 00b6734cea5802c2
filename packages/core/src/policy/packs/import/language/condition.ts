/** Conditions of other policy languages in one form, before they become Cedar. */

/** A field as it was written, in steps: `mcp.tool.name`. */
export type FieldPath = readonly string[];

/** A literal. Numbers keep their digits. */
export type Constant =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** Comparisons that importers know. */
export const COMPARISONS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'starts_with',
  'ends_with',
  'matches',
] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A condition. `has` asks whether a field is there; `unknown` is what could not be read, with the reason. */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'has'; readonly field: FieldPath }
  | { readonly kind: 'truthy'; readonly field: FieldPath }
  | {
      readonly kind: 'test';
      readonly field: FieldPath;
      readonly comparison: Comparison;
      readonly values: readonly Constant[];
    }
  | { readonly kind: 'unknown'; readonly why: string };
