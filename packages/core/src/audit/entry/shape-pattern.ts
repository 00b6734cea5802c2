/** A shape as the regular expression of its one JSON text, so that most entries are checked without being taken apart. */
import { charsetOf, innerOf } from './plain-text.ts';
import type { FieldShape, Shape } from './shape.ts';

/** Matches nothing: what cannot be said exactly is left to `check`. */
const NEVER = '(?!)';
/** A whole number without a sign that JavaScript holds exactly, as long as it has at most 15 digits. */
const INTEGER = '(?:0|[1-9]\\d{0,14})';
/** Ahead, up to the next quote, stand only characters that JSON writes as themselves. */
const PLAIN_AHEAD = '(?=[ !#-\\[\\]-~]*")';
/**
 * The source of an expression that matches a text only if `JSON.parse` reads it as a value that `check` takes for `shape` and that
 * `JSON.stringify` writes as that text again. The other way round it may miss: numbers of 16 digits, objects with counts of several members, and
 * strings that are not plain ASCII are left to the slower way. Shapes are LL(1), so matching takes linear time.
 */
export function shapePattern(shape: Shape): string {
  switch (shape.type) {
    case 'text':
      return textPattern(shape.pattern);
    case 'choice':
      return `(?:${[...shape.values.values()].map(literal).join('|')})`;
    case 'integer':
      return integerPattern(shape.minimum, shape.maximum);
    case 'nullable':
      return `(?:null|${shapePattern(shape.of)})`;
    case 'list': {
      const item = shapePattern(shape.of);
      return `\\[(?:${item}(?:,${item}){0,${shape.maximum - 1}})?\\]`;
    }
    case 'counts':
      return `\\{(?:${textPattern(shape.keys)}:${INTEGER})?\\}`;
    case 'object':
      return `\\{${fieldsPattern(shape.fields)}\\}`;
    default:
      return shape satisfies never;
  }
}

function fieldsPattern(fields: readonly FieldShape[]): string {
  const members = fields.map(({ name, shape }) => `${literal(JSON.stringify(name))}:${shapePattern(shape)}`);
  // Where every field may be absent, each that is there says whether another follows.
  if (fields.every(({ optional }) => optional))
    return members.map((member) => `(?:${member}(?:,(?=")|(?=\\})))?`).join('');
  if (fields[0]?.optional !== false) return NEVER;
  return fields
    .map(({ optional }, at) => `(?:${at === 0 ? '' : ','}${members[at] ?? NEVER})${optional ? '?' : ''}`)
    .join('');
}

function integerPattern(minimum: number, maximum: number): string {
  if (minimum >= 0 && maximum < 10) return `[${minimum}-${maximum}]`;
  if (maximum !== Number.MAX_SAFE_INTEGER || minimum > 1 || minimum < 0) return NEVER;
  return minimum === 0 ? INTEGER : '[1-9]\\d{0,14}';
}

/** A string whose content is all of `pattern`. */
function textPattern(pattern: RegExp): string {
  const inner = innerOf(pattern);
  const charset = charsetOf(inner ?? '"');
  // INVARIANT: no part of a pattern matches the quote that ends the string, or what would have to be escaped in it.
  if (inner === undefined || charset === 'delimiter') return NEVER;
  return `"${charset === 'plain' ? '' : PLAIN_AHEAD}(?:${unrolled(inner)})"`;
}

/** A counted class written out: the engine compares what is written out in one go, and counts otherwise. */
function unrolled(source: string): string {
  return source.replace(/(\[[^\]\\]+\])\{(\d{1,2})\}/g, (_whole, one: string, times: string) =>
    one.repeat(Number(times)),
  );
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
