/** The resolved Cedar schema. */
export { resolveSchema, type ResolvedSchema } from './resolve.ts';
export type { SchemaProblem } from './types-from-json.ts';
export {
  actionKey,
  type ActionShape,
  type AttributeType,
  type CedarSchema,
  type CedarType,
  type EntityTypeShape,
  type ExtensionName,
  type RecordShape,
} from './types.ts';
