/** Turns the engine's error objects into plain problems with offsets into the text. */
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { utf8 } from '../../kernel/index.ts';
import type { EngineProblem } from './types.ts';

/** The engine says these before every message; the caller knows what it gave. */
const PREAMBLE =
  /^(?:failed to parse (?:policy|template|policy set|schema|entities)[^:]*: |for policy `[^`]*`, )+/;

/** One problem from an engine error about `text`. */
export function toProblem(error: DetailedError, text: string): EngineProblem {
  const location = error.sourceLocations?.[0];
  const hint = error.help?.replace(PREAMBLE, '') ?? undefined;
  const related = error.related?.[0]?.message;
  const message = error.message.replace(PREAMBLE, '') + (related === undefined ? '' : `: ${related}`);
  const expected = location?.label ?? undefined;
  return {
    message: expected === undefined ? message : `${message}, ${expected}`,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined
      ? {}
      : { start: unitsOf(text, location.start), end: unitsOf(text, location.end) }),
  };
}

/** UTF-16 units before the byte `offset` of `text`: the engine counts UTF-8 bytes. */
function unitsOf(text: string, offset: number): number {
  const bytes = utf8(text).subarray(0, offset);
  return new TextDecoder().decode(bytes).length;
}
