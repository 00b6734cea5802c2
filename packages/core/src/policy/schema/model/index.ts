/** The resolved Cedar schema. */
export { resolveSchema } from './resolve.ts';
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
