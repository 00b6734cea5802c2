/** What a tool throws, as a value that is judged like any result. */
import { isPlainObject, type JsonValue } from '../../kernel/index.ts';

/** Deepest nesting of causes and properties that is judged. */
const MAX_DEPTH = 16;
/** Most values that are judged of one error. */
const MAX_VALUES = 4096;

/** What was thrown, as JSON. `isWhole`: everything its receiver could read is in it, so the thing itself may be handed on. */
export interface ThrownView {
  readonly value: JsonValue;
  readonly isWhole: boolean;
}

/** The view of `thrown`: message, stack, properties and causes. Throws what reading it throws. */
export function viewThrown(thrown: unknown): ThrownView {
  const view: View = { left: MAX_VALUES, isWhole: true };
  const value = valueOf(thrown, view, 0);
  return { value, isWhole: view.isWhole };
}

/** An error that tells what is left of `value`, and nothing else. */
export function errorOf(value: JsonValue): Error {
  const { name, message } = typeof value === 'object' && value !== null && 'message' in value ? value : {};
  const error = new Error(typeof message === 'string' ? message : 'the tool failed');
  if (typeof name === 'string') error.name = name;
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

interface View {
  left: number;
  isWhole: boolean;
}

function valueOf(thrown: unknown, view: View, depth: number): JsonValue {
  view.left -= 1;
  switch (typeof thrown) {
    case 'string':
      return thrown.toWellFormed();
    case 'boolean':
      return thrown;
    case 'number':
      return Number.isInteger(thrown) && !Number.isSafeInteger(thrown) ? String(thrown) : finite(thrown);
    case 'undefined':
      return null;
    case 'object':
      if (thrown === null) return null;
      if (depth < MAX_DEPTH && view.left > 0) return membersOf(thrown, view, depth);
      break;
    case 'bigint':
    case 'symbol':
    case 'function':
    default:
  }
  view.isWhole = false;
  return null;
}

function membersOf(thrown: object, view: View, depth: number): JsonValue {
  if (Array.isArray(thrown)) return thrown.map((item: unknown) => valueOf(item, view, depth + 1));
  const isError = thrown instanceof Error;
  if (!isError && !isPlainObject(thrown)) {
    view.isWhole = false;
    return null;
  }
  const names = new Set(isError ? ['name', 'message', 'stack'] : []);
  for (const name of Object.getOwnPropertyNames(thrown)) names.add(name);
  return Object.fromEntries(
    [...names].map((name) => [
      name.toWellFormed(),
      valueOf((thrown as Record<string, unknown>)[name], view, depth + 1),
    ]),
  );
}

function finite(number: number): JsonValue {
  return Number.isFinite(number) ? number : String(number);
}
