/** Types while checking: those of the schema, with what is known about truth values. */
import type { CedarType, RecordShape } from '../model/index.ts';

/** A type; `is` is there where a truth value is always the same. */
export type CheckedType =
  | { readonly kind: 'bool'; readonly is?: boolean }
  | Exclude<CedarType, { readonly kind: 'bool' }>;

export const BOOL: CheckedType = { kind: 'bool' };
export const TRUE: CheckedType = { kind: 'bool', is: true };
export const FALSE: CheckedType = { kind: 'bool', is: false };
export const LONG: CheckedType = { kind: 'long' };
export const STRING: CheckedType = { kind: 'string' };

/** The type of a truth value that is known, or not. */
export function boolOf(is: boolean | undefined): CheckedType {
  return is === undefined ? BOOL : is ? TRUE : FALSE;
}

/** Whether `type` is a truth value that is always `value`. */
export function isAlways(type: CheckedType | undefined, value: boolean): boolean {
  return type?.kind === 'bool' && 'is' in type && type.is === value;
}

/** The type that two have in common; strict: `undefined` unless they are the same but for known truth values. */
export function unify(left: CheckedType, right: CheckedType): CheckedType | undefined {
  switch (left.kind) {
    case 'bool':
      if (right.kind !== 'bool') return undefined;
      return isAlways(left, true) && isAlways(right, true)
        ? TRUE
        : isAlways(left, false) && isAlways(right, false)
          ? FALSE
          : BOOL;
    case 'long':
    case 'string':
      return right.kind === left.kind ? left : undefined;
    case 'set': {
      if (right.kind !== 'set') return undefined;
      const element = unify(left.element, right.element);
      return element === undefined ? undefined : { kind: 'set', element: widen(element) };
    }
    case 'entity':
    case 'extension':
      return right.kind === left.kind && right.name === left.name ? left : undefined;
    case 'record':
      return right.kind === 'record' ? unifyRecords(left, right) : undefined;
    default:
      return left satisfies never;
  }
}

function unifyRecords(left: RecordShape, right: RecordShape): CheckedType | undefined {
  if (left === right) return left;
  if (left.attributes.size !== right.attributes.size) return undefined;
  const attributes = new Map<string, { type: CedarType; required: boolean }>();
  for (const [name, one] of left.attributes) {
    const other = right.attributes.get(name);
    if (other === undefined || other.required !== one.required) return undefined;
    const type = unify(one.type, other.type);
    if (type === undefined) return undefined;
    attributes.set(name, { type: widen(type), required: one.required });
  }
  return { kind: 'record', attributes };
}

/** The type as the schema would write it: what is known about a truth value is forgotten. */
export function widen(type: CheckedType): CedarType {
  return type.kind === 'bool' ? { kind: 'bool' } : type;
}

/** `Long`, `Set<String>`, `{amount: Long, note?: String}`. */
export function printType(type: CheckedType): string {
  switch (type.kind) {
    case 'bool':
      return 'Bool';
    case 'long':
      return 'Long';
    case 'string':
      return 'String';
    case 'set':
      return `Set<${printType(type.element)}>`;
    case 'entity':
    case 'extension':
      return type.name;
    case 'record': {
      const members = [...type.attributes].map(
        ([name, { type: of, required }]) => `${name}${required ? '' : '?'}: ${printType(of)}`,
      );
      return members.length > 8 ? `{${members.slice(0, 8).join(', ')}, …}` : `{${members.join(', ')}}`;
    }
    default:
      return type satisfies never;
  }
}
