/** JSON with exact integers: those beyond 2^53 are BigInts. */
import { Fault } from '../../kernel/index.ts';
import { toLong } from './long.ts';

/** A JSON value in which integers are exact. */
export type ExactJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly ExactJson[]
  | { readonly [name: string]: ExactJson };

const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;

/** Parses `text`. Throws `json.syntax` for what is no JSON and for integers outside 64 bits. */
export function parseExactJson(text: string): ExactJson {
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
      const { source } = context ?? {};
      if (typeof value !== 'number' || source === undefined || !INTEGER.test(source)) return value;
      const exact = toLong(BigInt(source));
      if (exact === undefined)
        throw new RangeError(`the integer \`${source.slice(0, 40)}\` is outside 64 bits`);
      return exact;
    }) as ExactJson;
  } catch (cause) {
    throw new Fault('json.syntax', `not JSON: ${cause instanceof Error ? cause.message : ''}`, {}, { cause });
  }
}

/** Prints `value`, integers exact. */
export function printExactJson(value: ExactJson): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printExactJson).join(',')}]`;
  return `{${Object.entries(value as { readonly [name: string]: ExactJson })
    .map(([name, member]) => `${JSON.stringify(name)}:${printExactJson(member)}`)
    .join(',')}}`;
}
