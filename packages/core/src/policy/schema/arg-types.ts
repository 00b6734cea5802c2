/** Types that arguments can have for a policy, and their form in a Cedar schema. */
import type { JsonObject, JsonValue } from '../../kernel/index.ts';

/** What a value may be. `untypable`: no policy can judge it; `reason` says why, for people. */
export type ArgType =
  | { readonly kind: 'string'; readonly values?: ReadonlySet<JsonValue> }
  | { readonly kind: 'long'; readonly values?: ReadonlySet<JsonValue> }
  | { readonly kind: 'decimal' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'set'; readonly element: ArgType }
  | RecordType
  | { readonly kind: 'untypable'; readonly reason: string };

/** An object with named properties; a property not in `fields` is undeclared. */
export interface RecordType {
  readonly kind: 'record';
  readonly fields: ReadonlyMap<string, ArgField>;
}

/** One property. */
export interface ArgField {
  readonly type: ArgType;
  readonly required: boolean;
  readonly nullable: boolean;
}

/** The type of a call without typed arguments. */
export const NO_ARGUMENTS: RecordType = { kind: 'record', fields: new Map() };

/** The Cedar JSON schema type of `type`; `undefined` for an untypable one. */
export function toCedarType(type: ArgType): JsonObject | undefined {
  switch (type.kind) {
    case 'string':
      return { type: 'String' };
    case 'long':
      return { type: 'Long' };
    case 'decimal':
      return { type: 'Extension', name: 'decimal' };
    case 'boolean':
      return { type: 'Boolean' };
    case 'set': {
      const element = toCedarType(type.element);
      return element === undefined ? undefined : { type: 'Set', element };
    }
    case 'record': {
      const attributes: [string, JsonObject][] = [];
      for (const [name, field] of type.fields) {
        const cedar = toCedarType(field.type);
        if (cedar !== undefined)
          attributes.push([name, { ...cedar, required: field.required && !field.nullable }]);
      }
      return { type: 'Record', attributes: Object.fromEntries(attributes) };
    }
    case 'untypable':
      return undefined;
    default:
      return type satisfies never;
  }
}

/** `type` as JSON, for the schema's hash: whatever changes judging changes it. */
export function describeType(type: ArgType): JsonValue {
  switch (type.kind) {
    case 'string':
    case 'long':
      return type.values === undefined ? [type.kind] : [type.kind, [...type.values]];
    case 'set':
      return [type.kind, describeType(type.element)];
    case 'record':
      return [
        type.kind,
        [...type.fields].map(([name, field]) => [
          name,
          describeType(field.type),
          field.required,
          field.nullable,
        ]),
      ];
    case 'decimal':
    case 'boolean':
    case 'untypable':
      return [type.kind];
    default:
      return type satisfies never;
  }
}
