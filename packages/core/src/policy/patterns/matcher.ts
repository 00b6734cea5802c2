/** Looks for declared patterns in the arguments of a call, before it is decided. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import { isJsonArray } from '../json-array.ts';
import { type PatternDeclaration, patternFinding, patternsFinding, type PatternTest } from './declaration.ts';
import { globSource } from './glob.ts';
import { hostOf, isListed } from './host.ts';
import { compileRegex } from './regex.ts';

/** Longest text looked at, in UTF-16 units; a longer one is a hit, because nobody knows what is in it. */
const MAX_TEXT = 262_144;
/** Most texts looked at in one argument; more are a hit. */
const MAX_TEXTS = 4096;
/** Deepest nesting looked at; deeper is a hit. */
const MAX_DEPTH = 32;

/** Answers the findings of one call, sorted: `pattern:NAME` for each hit, `patterns:PACK` for each pack that was looked for. */
export interface PatternMatcher {
  findingsOf(tool: string, args: JsonObject): readonly string[];
}

interface Prepared extends PatternDeclaration {
  readonly isHit: (value: JsonValue) => boolean;
}

/**
 * A matcher of `declarations`. Its time is linear in the arguments. Throws `policy.syntax` for an expression that does not compile.
 *
 * INVARIANT: a policy that reads a hit also asks that the pack was looked for, so a missing matcher denies and does not permit.
 */
export function createPatternMatcher(declarations: readonly PatternDeclaration[]): PatternMatcher {
  const prepared = declarations.map((one): Prepared => ({ ...one, isHit: prepare(one) }));
  const packs = [...new Set(declarations.map(({ pack }) => patternsFinding(pack)))];
  return {
    findingsOf(tool, args) {
      const hits = prepared.filter(
        (one) =>
          (one.tools === undefined || one.tools.includes(tool)) &&
          valuesOf(args, one).some((value) => one.isHit(value)),
      );
      return [...new Set([...packs, ...hits.map(({ name }) => patternFinding(name))])].sort();
    },
  };
}

/** The value at the argument; nothing where it is absent or null, as for a policy. */
function valuesOf(args: JsonObject, { argument }: PatternDeclaration): readonly JsonValue[] {
  let value: JsonValue | undefined = args;
  for (const step of argument) value = isJsonObject(value) ? ownProperty(value, step) : undefined;
  return value === undefined || value === null ? [] : [value];
}

function prepare({ name, test }: PatternDeclaration): (value: JsonValue) => boolean {
  switch (test.kind) {
    case 'regex':
    case 'glob': {
      const source = test.kind === 'regex' ? test.source : globSource(test.glob);
      const compiled = compileRegex(source, test.ignoreCase);
      if (!compiled.ok)
        throw new Fault('policy.syntax', `the pattern of \`${name}\` is refused: ${compiled.message}`, {
          policy: name,
          offset: compiled.at,
        });
      return (value) => someText(value, (text) => compiled.regex.test(text));
    }
    case 'host':
      return (value) => !everyText(value, (text) => isAllowedHost(text, test));
    case 'path':
      return (value) => !everyText(value, (text) => isAllowedPath(text, test));
    case 'length':
      return (value) => {
        const length = typeof value === 'string' || isJsonArray(value) ? value.length : undefined;
        return length !== undefined && (length < test.least || length > test.most);
      };
    default:
      return test satisfies never;
  }
}

function isAllowedHost(text: string, test: PatternTest & { readonly kind: 'host' }): boolean {
  const host = hostOf(text);
  if (host === undefined || isListed(host, test.never)) return false;
  return test.only === undefined || isListed(host, test.only);
}

function isAllowedPath(text: string, test: PatternTest & { readonly kind: 'path' }): boolean {
  const isOdd = /\/\.{0,2}\/|\/\.{1,2}$/.test(text) || text.includes('\\') || text.includes('\0');
  const isClean = text.startsWith('/') && !isOdd;
  const isIn = (folder: string): boolean =>
    text === folder || text.startsWith(folder === '/' ? '/' : `${folder}/`);
  if (!isClean || test.never.some(isIn)) return false;
  return test.only === undefined || test.only.some(isIn);
}

/** Whether `value` is a text, or a list of nothing but texts, that all hold. */
function everyText(value: JsonValue, holds: (text: string) => boolean): boolean {
  if (typeof value === 'string') return value.length <= MAX_TEXT && holds(value);
  return (
    isJsonArray(value) &&
    value.length <= MAX_TEXTS &&
    value.every((one) => typeof one === 'string' && one.length <= MAX_TEXT && holds(one))
  );
}

function someText(root: JsonValue, isHit: (text: string) => boolean): boolean {
  let left = MAX_TEXTS;
  const visit = (value: JsonValue, depth: number): boolean => {
    if (typeof value === 'string') {
      left -= 1;
      return left < 0 || value.length > MAX_TEXT || isHit(value);
    }
    if (depth > MAX_DEPTH) return true;
    if (isJsonArray(value)) return value.some((one) => visit(one, depth + 1));
    return isJsonObject(value) && Object.values(value).some((one) => visit(one, depth + 1));
  };
  return visit(root, 0);
}
