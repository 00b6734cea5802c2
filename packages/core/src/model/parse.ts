/** Turns `unknown` into a noun once, at the edge: unknown fields are refused, and every refusal names its path. */
import { type core, type ZodType, z } from 'zod';
import { Fault, type FaultCode } from '../kernel/index.ts';

/** Longest id accepted anywhere, in UTF-16 units. */
export const MAX_ID_LENGTH = 256;

/** A non-empty, well-formed id of at most 256 characters. */
export const idSchema: ZodType<string> = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .refine((text) => text.isWellFormed(), 'holds a lone surrogate');

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
    return { path: trimmed === '' ? key : `${trimmed}.${key}`, text: 'is not a known field' };
  }
  return { path: trimmed, text: lowerFirst(issue.message) };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
