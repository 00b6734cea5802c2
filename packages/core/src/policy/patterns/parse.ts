/** Reads declared patterns from data, as a manifest or an importer writes them. */
import { type ZodType, z } from 'zod';
import { Fault, isFault } from '../../kernel/index.ts';
import { parseNoun } from '../../model/index.ts';
import type { PatternDeclaration, PatternTest } from './declaration.ts';
import { createPatternMatcher } from './matcher.ts';

/** Most patterns of one set. */
const MAX_PATTERNS = 10_000;
const MAX_ITEMS = 10_000;

const text = z.string().min(1).max(1024);
const texts = z.array(text).max(MAX_ITEMS);
const places = { only: texts.exactOptional(), never: texts };
const length = z.int().min(0);
const test: ZodType<PatternTest> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('regex'), source: text, ignoreCase: z.boolean() }),
  z.strictObject({ kind: z.literal('glob'), glob: text, ignoreCase: z.boolean() }),
  z.strictObject({ kind: z.literal('host'), ...places }),
  z.strictObject({ kind: z.literal('path'), ...places }),
  z.strictObject({ kind: z.literal('length'), least: length, most: length }),
]);
const declarations: ZodType<readonly PatternDeclaration[]> = z
  .array(
    z.strictObject({
      pack: text,
      name: text,
      tools: texts.exactOptional(),
      argument: texts.max(32),
      test,
    }),
  )
  .max(MAX_PATTERNS);

/** The patterns in `value`, a list. Throws `policy.syntax`, naming `place` and the path, and for an expression that does not compile. */
export function parsePatterns(value: unknown, place: string): readonly PatternDeclaration[] {
  const patterns = parseNoun(declarations, value, 'policy.syntax', place);
  try {
    createPatternMatcher(patterns);
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    throw new Fault(thrown.code, `${place}: ${thrown.message}`, thrown.data);
  }
  return patterns;
}
