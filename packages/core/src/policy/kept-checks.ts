/** What the check of one set found out and the check of the next one need not find out again. */
import { sha256Hex } from '../kernel/crypto/index.ts';
import type { LimitDeclaration, ToolDefinition } from '../model/index.ts';
import type { ParsedBefore, Policy } from './language/index.ts';
import { type PolicySchema, schemaForTools } from './schema/index.ts';

/** Grows with each check. INVARIANT: it holds nothing that another check could find otherwise. */
export interface KeptChecks {
  readonly parsed: ParsedBefore;
  /** Of the last check. */
  schema: KeptSchema | undefined;
}

/** A schema with the policies that were checked under it and had nothing to tell. */
interface KeptSchema {
  /** SHA-256 in hexadecimal of everything that the schema is made of. */
  readonly madeOf: string;
  readonly schema: PolicySchema;
  readonly sound: WeakSet<Policy>;
}

/** For a first check. */
export function nothingKept(): KeptChecks {
  return { parsed: new WeakMap(), schema: undefined };
}

/** The schema of `tools` and `limits`: the one kept where it was made of the same. */
export function keptSchema(
  kept: KeptChecks,
  tools: readonly ToolDefinition[],
  limits: readonly LimitDeclaration[],
): KeptSchema {
  const madeOf = sha256Hex(JSON.stringify([tools, limits]));
  if (kept.schema?.madeOf === madeOf) return kept.schema;
  const made = { madeOf, schema: schemaForTools(tools, limits), sound: new WeakSet<Policy>() };
  kept.schema = made;
  return made;
}
