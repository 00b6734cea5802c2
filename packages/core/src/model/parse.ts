/** Turns `unknown` into a noun once, at the edge: unknown fields are refused, and every refusal names its path. */
import { type core, type ZodType, z } from 'zod';
import { Fault, type FaultCode, singleLine } from '../kernel/index.ts';

/** Longest id accepted anywhere, in UTF-16 units. */
export const MAX_ID_LENGTH = 256;

/** What is wrong with a text for which {@link isWellFormed} is false. */
export const LONE_SURROGATE = 'holds a lone surrogate';

/** Whether `text` can be written as UTF-8 and read back. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** A non-empty, well-formed id of at most 256 characters. */
export const idSchema: ZodType<string> = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .refine(isWellFormed, LONE_SURROGATE);

/** Longest free text accepted anywhere, in UTF-16 units. */
const MAX_TEXT_LENGTH = 65_536;
/** Longest path or problem quoted in a fault, in UTF-16 units: an unknown field may have any name. */
const MAX_QUOTED = 200;

/** A well-formed text of at most 65,536 characters, possibly empty. */
export const textSchema: ZodType<string> = z
  .string()
  .max(MAX_TEXT_LENGTH)
  .refine(isWellFormed, LONE_SURROGATE);

/** A whole number from 0 on: a count, an epoch, an instant in milliseconds. */
export const countSchema: ZodType<number> = z.int().min(0);

/** A receipt, `origin#index`. */
export const receiptSchema: ZodType<string> = z
  .string()
  .regex(/^[^\s#+"\\]{1,255}#(?:0|[1-9][0-9]{0,15})$/, 'is not a receipt `origin#index`');

/** SHA-256 in lower-case hexadecimal. */
export const sha256HexSchema: ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal');

/**
 * `value` as `schema` types it. Throws a fault of `code` whose message names `noun`, the path of the first problem and what was expected;
 * `data.path` holds the path (`parts[0].resource.id`) and `data.problems` every problem, at most 20.
 */
export function parseNoun<Noun>(schema: ZodType<Noun>, value: unknown, code: FaultCode, noun: string): Noun {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 20).map(describeIssue);
  const first = problems[0] ?? { path: '', text: 'is not valid' };
  const place = first.path === '' ? noun : `${noun} at \`${first.path}\``;
  throw new Fault(code, `${place}: ${first.text}`, {
    path: first.path,
    problems: problems.map((problem) => `${problem.path || noun}: ${problem.text}`),
  });
}

function describeIssue(issue: core.$ZodIssue): { readonly path: string; readonly text: string } {
  const path = issue.path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('');
  const trimmed = path.startsWith('.') ? path.slice(1) : path;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return { path: quoted(trimmed === '' ? key : `${trimmed}.${key}`), text: 'is not a known field' };
  }
  return { path: quoted(trimmed), text: quoted(lowerFirst(issue.message)) };
}

function quoted(text: string): string {
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  return singleLine(shown).toWellFormed();
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
