/** Conditions of other languages as Cedar conditions. */
import type { PatternDeclaration } from '../../../patterns/index.ts';
import { compileRegex, patternFinding, patternsFinding } from '../../../patterns/index.ts';
import type { KnownTools } from '../../cedar/index.ts';
import {
  access,
  allOf,
  anyOf,
  declaredArgument,
  entity,
  hasAttribute,
  list,
  literalPattern,
  not,
  stringLiteral,
} from '../../cedar/index.ts';
import type { Comparison, Condition, Constant, FieldPath } from './condition.ts';

/** What a field of the other language is here. */
export type Meaning =
  | { readonly kind: 'tool' | 'server' | 'agent' | 'user' | 'roles' }
  | { readonly kind: 'argument'; readonly steps: FieldPath };

/** The surroundings of a translation. */
export interface Translation {
  readonly known: KnownTools;
  /** Server of tool names without one. */
  readonly server?: string;
  /** Name of the import, for patterns. */
  readonly pack: string;
  readonly patterns: PatternDeclaration[];
  meaningOf(field: FieldPath): Meaning | undefined;
  /** Other names of the tool `server/tool`, besides this one and the one without its server. */
  readonly namesOf?: (id: string) => readonly string[];
}

/**
 * What a policy is about: a call, where the tool is the action; or seeing the tool in a list and getting its result, where it is the resource
 * and arguments are not known, so conditions on them count as holding.
 */
export type About = 'call' | 'tool';

/** How a condition is used: whether what nobody looked for counts as holding, as a forbid must take it. */
export interface Use {
  readonly about: About;
  readonly unsure: 'holds' | 'fails';
}

/** A condition that cannot be said in Cedar; the message says why. */
export class Untranslatable extends Error {}

/** `condition` in Cedar, `true` and `false` included. Throws {@link Untranslatable}. */
export function translate(condition: Condition, use: Use, translation: Translation): string {
  switch (condition.kind) {
    case 'always':
      return 'true';
    case 'never':
      return 'false';
    case 'all':
      return allOf(condition.parts.map((part) => translate(part, use, translation))) ?? 'true';
    case 'any':
      return anyOf(condition.parts.map((part) => translate(part, use, translation))) ?? 'false';
    case 'not': {
      const inner = { ...use, unsure: use.unsure === 'holds' ? 'fails' : 'holds' } as const;
      if (use.about === 'tool' && readsArguments(condition.part, translation)) return 'true';
      return not(translate(condition.part, inner, translation));
    }
    case 'has':
      return presence(condition.field, use, translation);
    case 'truthy':
      return truth(condition.field, use, translation);
    case 'test':
      return comparison(condition, use, translation);
    case 'unknown':
      throw new Untranslatable(condition.why);
    default:
      return condition satisfies never;
  }
}

/** Whether an argument decides about `condition`. */
function readsArguments(condition: Condition, translation: Translation): boolean {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.parts.some((part) => readsArguments(part, translation));
    case 'not':
      return readsArguments(condition.part, translation);
    case 'has':
    case 'truthy':
    case 'test':
      return translation.meaningOf(condition.field)?.kind === 'argument';
    case 'always':
    case 'never':
    case 'unknown':
      return false;
    default:
      return condition satisfies never;
  }
}

function meaning(field: FieldPath, translation: Translation): Meaning {
  const found = translation.meaningOf(field);
  if (found === undefined) throw new Untranslatable(`nothing here is what \`${field.join('.')}\` is there`);
  return found;
}

function argumentText(steps: FieldPath): { readonly read: string; readonly present: string } {
  const present = steps.map((step, index) =>
    hasAttribute(steps.slice(0, index).reduce(access, 'context.args'), step),
  );
  return { read: steps.reduce(access, 'context.args'), present: allOf(present) ?? 'true' };
}

function presence(field: FieldPath, { about }: Use, translation: Translation): string {
  const found = meaning(field, translation);
  if (found.kind === 'user' || found.kind === 'roles') return 'context has user';
  if (found.kind !== 'argument' || about === 'tool') return 'true';
  return argumentText(found.steps).present;
}

function truth(field: FieldPath, { about }: Use, translation: Translation): string {
  const found = meaning(field, translation);
  if (found.kind !== 'argument') throw new Untranslatable(`\`${field.join('.')}\` alone is no condition`);
  const { read, present } = argumentText(found.steps);
  return about === 'tool' ? 'true' : `${present} && ${read} == true`;
}

type Test = Condition & { readonly kind: 'test' };

function comparison(test: Test, use: Use, translation: Translation): string {
  const found = meaning(test.field, translation);
  switch (found.kind) {
    case 'tool':
      return toolText(test, use.about, translation);
    case 'server':
      return serverText(test, use.about);
    case 'agent':
      return membershipText(test, (texts) =>
        texts.length === 1
          ? `principal == ${entity('Agent', texts[0] ?? '')}`
          : `principal in ${list(texts.map((id) => entity('Agent', id)))}`,
      );
    case 'user': {
      const text = textTest(test, 'context.user.id', 'string');
      return `context has user && ${text}`;
    }
    case 'roles': {
      if (!['eq', 'in', 'contains'].includes(test.comparison))
        throw new Untranslatable(`\`${test.comparison}\` of roles is not known`);
      return `context has user && context.user.roles.containsAny(${list(stringsOf(test).map(stringLiteral))})`;
    }
    case 'argument': {
      if (use.about === 'tool') return 'true';
      const { read, present } = argumentText(found.steps);
      if (test.comparison === 'matches') return patternText(test, found.steps, use, translation);
      return argumentTest(test, { read, present }, kindsOf(found.steps, translation), use);
    }
    default:
      return found satisfies never;
  }
}

function stringsOf({ values, comparison }: Test): readonly string[] {
  return values.map((value) => {
    if (value.kind === 'string') return value.text;
    throw new Untranslatable(`\`${comparison}\` compares with something that is not a text`);
  });
}

function membershipText(test: Test, inList: (texts: readonly string[]) => string): string {
  const texts = stringsOf(test);
  const { comparison } = test;
  if (comparison === 'eq' || comparison === 'in') return texts.length === 0 ? 'false' : inList(texts);
  if (comparison === 'ne' || comparison === 'not_in') return texts.length === 0 ? 'true' : not(inList(texts));
  throw new Untranslatable(`\`${comparison}\` cannot be asked of this here`);
}

/** The tools whose name, with or without its server, passes the test. */
function toolText(test: Test, about: About, { known, server, namesOf }: Translation): string {
  const negative = test.comparison === 'ne' || test.comparison === 'not_in';
  const passes = nameTest(test);
  const names = stringsOf(test);
  const listed = (known.ids ?? []).filter((id) =>
    [id.slice(id.indexOf('/') + 1), id, ...(namesOf?.(id) ?? [])].some(passes),
  );
  const isExact = ['eq', 'in', 'ne', 'not_in'].includes(test.comparison);
  if (known.ids === undefined && !isExact)
    throw new Untranslatable('which tools it means cannot be told without the tools of the servers');
  const unlisted =
    known.ids !== undefined
      ? []
      : names.flatMap((name) =>
          name.includes('/') ? [name] : server === undefined ? [] : [`${server}/${name}`],
        );
  if (known.ids === undefined && unlisted.length < names.length)
    throw new Untranslatable('the server of the tool is not known');
  const tools = [...new Set([...listed, ...unlisted])].sort();
  if (known.ids !== undefined && isExact && tools.length === 0)
    throw new Untranslatable(`no server has a tool called ${names.map((name) => `\`${name}\``).join(', ')}`);
  if (tools.length === 0) return negative ? 'true' : 'false';
  const type = about === 'call' ? 'Action' : 'Tool';
  const variable = about === 'call' ? 'action' : 'resource';
  const inTools = `${list(tools.map((id) => entity(type, id)))}.contains(${variable})`;
  return negative ? not(inTools) : inTools;
}

/** Which names a test is about; for a negative one, those it leaves out. */
function nameTest(test: Test): (name: string) => boolean {
  const texts = stringsOf(test);
  switch (test.comparison) {
    case 'eq':
    case 'in':
    case 'ne':
    case 'not_in':
      return (name) => texts.includes(name);
    case 'contains':
      return (name) => texts.some((text) => name.includes(text));
    case 'starts_with':
      return (name) => texts.some((text) => name.startsWith(text));
    case 'ends_with':
      return (name) => texts.some((text) => name.endsWith(text));
    case 'matches': {
      const expressions = texts.map((text) => compiled(text));
      return (name) => expressions.some((one) => one.test(name));
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      throw new Untranslatable(`\`${test.comparison}\` of a tool is not known`);
    default:
      return test.comparison satisfies never;
  }
}

function compiled(source: string): { test(text: string): boolean } {
  const result = compileRegex(source);
  if (!result.ok) throw new Untranslatable(`the expression is refused: ${result.message}`);
  return result.regex;
}

function serverText(test: Test, about: About): string {
  return membershipText(test, (texts) =>
    about === 'call'
      ? `${list(texts.map((id) => entity('Server', id)))}.contains(resource)`
      : `resource in ${list(texts.map((id) => entity('Server', id)))}`,
  );
}

/** The kinds that tools declare this argument with, each with its tools; `undefined` where no tools are known. */
function kindsOf(
  steps: FieldPath,
  { known }: Translation,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (known.ids === undefined) return undefined;
  const kinds = new Map<string, string[]>();
  for (const id of known.ids) {
    const type = known.argumentsOf(id);
    const kind = type === undefined ? undefined : declaredArgument(type, steps)?.type.kind;
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), id]);
  }
  if (kinds.size === 0) throw new Untranslatable(`no tool has the argument \`${steps.join('.')}\``);
  return kinds;
}

/** The test for each kind on its own: the checker sees by `in` that no tool of another kind is meant. */
function argumentTest(
  test: Test,
  { read, present }: { readonly read: string; readonly present: string },
  kinds: ReadonlyMap<string, readonly string[]> | undefined,
  use: Use,
): string {
  const opposite = test.comparison === 'ne' ? 'eq' : test.comparison === 'not_in' ? 'in' : undefined;
  // Whether something absent differs is not the same everywhere: it does where that denies, and does not where it permits.
  const one = (kind: string | undefined): string =>
    opposite !== undefined && use.unsure === 'holds'
      ? not(`${present} && ${textTest({ ...test, comparison: opposite }, read, kind)}`)
      : `${present} && ${textTest(test, read, kind)}`;
  if (kinds === undefined) return one(undefined);
  for (const kind of kinds.keys()) requireKind(test, kind);
  if (kinds.size === 1) return one([...kinds.keys()][0]);
  const alternatives = [...kinds].map(
    ([kind, ids]) => `action in ${list(ids.map((id) => entity('Action', id)))} && ${one(kind)}`,
  );
  return anyOf(alternatives) ?? 'false';
}

const KINDS: Readonly<Record<Constant['kind'], readonly string[]>> = {
  string: ['string', 'set'],
  number: ['long', 'decimal'],
  boolean: ['boolean'],
};

function requireKind({ field, values }: Test, kind: string): void {
  const odd = values.find((value) => !KINDS[value.kind].includes(kind));
  if (odd !== undefined)
    throw new Untranslatable(
      `\`${field.join('.')}\` is ${kind} for some tool and compared with a ${odd.kind}`,
    );
}

const ORDER: Readonly<Partial<Record<Comparison, readonly [sign: string, method: string]>>> = {
  gt: ['>', 'greaterThan'],
  gte: ['>=', 'greaterThanOrEqual'],
  lt: ['<', 'lessThan'],
  lte: ['<=', 'lessThanOrEqual'],
};

function textTest(test: Test, read: string, kind: string | undefined): string {
  const [value] = test.values;
  const order = ORDER[test.comparison];
  if (order !== undefined && value !== undefined) {
    if (value.kind !== 'number') throw new Untranslatable(`\`${test.comparison}\` compares with no number`);
    if (kind === 'long' && /^-?\d{1,15}\.\d+$/.test(value.digits)) {
      // A whole number is below a fraction where it is at most the whole number under it.
      const isAbove = test.comparison === 'gt' || test.comparison === 'gte';
      return `${read} ${isAbove ? '>' : '<='} ${Math.floor(Number(value.digits))}`;
    }
    const text = constantText(value, kind);
    return text.startsWith('decimal') ? `${read}.${order[1]}(${text})` : `${read} ${order[0]} ${text}`;
  }
  const { comparison } = test;
  if (comparison === 'eq' || comparison === 'ne')
    return `${read} ${comparison === 'eq' ? '==' : '!='} ${value === undefined ? '""' : constantText(value, kind)}`;
  if (comparison === 'in' || comparison === 'not_in') {
    if (test.values.length === 0) return comparison === 'in' ? 'false' : 'true';
    const inList = `${list(test.values.map((one) => constantText(one, kind)))}.contains(${read})`;
    return comparison === 'in' ? inList : not(inList);
  }
  if (kind === 'set' && comparison === 'contains')
    return `${read}.containsAny(${list(stringsOf(test).map(stringLiteral))})`;
  if (kind === 'set' || !['contains', 'starts_with', 'ends_with'].includes(comparison))
    throw new Untranslatable(`\`${comparison}\` cannot be asked of this here`);
  const [text = ''] = stringsOf(test);
  const before = comparison === 'starts_with' ? '' : '*';
  return `${read} like ${literalPattern(before, text, comparison === 'ends_with' ? '' : '*')}`;
}

function constantText(value: Constant, kind: string | undefined): string {
  if (value.kind === 'string') return stringLiteral(value.text);
  if (value.kind === 'boolean') return String(value.value);
  const isWhole = /^-?\d{1,18}$/.test(value.digits);
  if (isWhole && kind !== 'decimal') return value.digits;
  if (kind === 'long') throw new Untranslatable(`\`${value.digits}\` is compared with whole numbers`);
  if (isWhole || /^-?\d{1,15}\.\d{1,4}$/.test(value.digits))
    return `decimal("${isWhole ? `${value.digits}.0` : value.digits}")`;
  throw new Untranslatable(`the number \`${value.digits}\` is too large or too fine`);
}

/** A regular expression over an argument, looked for before the decision. */
function patternText(test: Test, steps: FieldPath, use: Use, translation: Translation): string {
  const [source = ''] = stringsOf(test);
  compiled(source);
  const { pack, patterns } = translation;
  const same = patterns.find(
    (one) =>
      one.test.kind === 'regex' && one.test.source === source && one.argument.join('\0') === steps.join('\0'),
  );
  const name = same?.name ?? `${pack}/${patterns.length + 1}`;
  if (same === undefined)
    patterns.push({ pack, name, argument: steps, test: { kind: 'regex', source, ignoreCase: false } });
  const hit = `context.findings.contains(${stringLiteral(patternFinding(name))})`;
  const missed = `!context.findings.contains(${stringLiteral(patternsFinding(pack))})`;
  return use.unsure === 'holds' ? `${hit} || ${missed}` : hit;
}
