/** Reads one rule of a pack. */
import { didYouMean, type Place } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import type { PackRule, RuleBase, Subjects, Target, ToolPatterns, Verb } from './document.ts';
import { VERBS } from './document.ts';
import { Fields } from './fields.ts';
import { readArgument, readConstraints } from './read-constraint.ts';
import { readHours } from './read-hours.ts';
import { readDomain, readFolder } from './read-place-lists.ts';
import type { PlacedValue } from './yaml.ts';

const COMMON = ['id', 'reason', 'controls', 'for', 'except'] as const;
/** Keys beside the verb, per verb. */
const KEYS: Readonly<Record<Verb, readonly string[]>> = {
  allow: ['where', 'redact', 'label'],
  deny: ['where'],
  approve: ['where', 'approvers', 'quorum', 'timeout'],
  constrain: ['arguments'],
  block: ['argument', 'substring', 'glob', 'regex', 'ignore_case'],
  domains: ['argument', 'required', 'only', 'never'],
  paths: ['argument', 'required', 'access', 'only', 'never'],
  hours: ['from', 'to', 'zone', 'days'],
};
/** Ids that the compiler gives policies of its own. */
const RESERVED_IDS: ReadonlySet<string> = new Set(['later']);
const RULE_ID = /^[a-z0-9][a-z0-9-]{0,29}$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const TOOL = /^(?:\*|[a-z0-9*][a-z0-9*-]{0,31}\/.{1,128})$/;
const DURATION = /^[1-9][0-9]{0,8}[smh]$/;
/** Most approvers one rule may ask for. */
const MAX_QUORUM = 16;
/** Longest reason, in UTF-16 units. */
const MAX_REASON = 500;

/** The rule in `value`, or `undefined` after a problem. `path` is `rules[3]`. */
export function readRule(value: PlacedValue, path: string, issues: IssueList): PackRule | undefined {
  if (value.kind !== 'map') return issues.refuse(value.place, 'a rule is a map of keys');
  const verbs = VERBS.filter((verb) => value.entries.has(verb));
  const [verb, second] = verbs;
  if (verb === undefined || second !== undefined) return refuseVerbs(value, verbs, issues);
  const fields = new Fields(value, issues, [...COMMON, verb, ...KEYS[verb]]);
  const base = readBase(fields, path, verb, issues);
  const rest = readVerb(verb, fields, issues);
  return base === undefined || rest === undefined ? undefined : { ...base, ...rest };
}

function refuseVerbs(
  value: PlacedValue & { readonly kind: 'map' },
  verbs: readonly Verb[],
  issues: IssueList,
): undefined {
  if (verbs.length > 0) {
    const named = verbs.map((one) => `\`${one}\``).join(' and ');
    return issues.refuse(value.place, `the rule says ${named}`, 'write one rule for each');
  }
  const hint = [...value.entries.keys()]
    .filter((key) => !(COMMON as readonly string[]).includes(key))
    .map((key) => didYouMean(key, VERBS))
    .find((one) => one !== undefined);
  return issues.refuse(
    value.place,
    `the rule says none of ${VERBS.map((one) => `\`${one}\``).join(', ')}`,
    hint,
  );
}

function readBase(fields: Fields, path: string, verb: Verb, issues: IssueList): RuleBase | undefined {
  const id = fields.text('id', RULE_ID, 'small letters, digits and `-`, at most 30');
  if (id === undefined) {
    if (!fields.has('id')) issues.refuse(fields.place, 'the rule has no `id`', 'receipts name it by that');
    return undefined;
  }
  if (RESERVED_IDS.has(id.text)) return issues.refuse(id.place, `the id \`${id.text}\` is taken`);
  const reason = fields.text('reason');
  if (reason !== undefined && (reason.text.length > MAX_REASON || /[\p{Cc}\u2028\u2029]/u.test(reason.text)))
    return issues.refuse(reason.place, `the reason is not one line of at most ${MAX_REASON} characters`);
  const only = readSubjects(fields, 'for', issues);
  const except = readSubjects(fields, 'except', issues);
  if (verb === 'allow' && except !== undefined)
    return issues.refuse(fields.placeOf('except'), '`except` stands on `allow`', 'say whom it is `for`');
  return {
    id: id.text,
    place: fields.place,
    path,
    controls: fields.texts('controls', WORD, 'ids of controls').map(({ text }) => text),
    ...(reason === undefined ? {} : { reason: reason.text }),
    ...(only === undefined ? {} : { for: only }),
    ...(except === undefined ? {} : { except }),
  };
}

function readSubjects(fields: Fields, name: string, issues: IssueList): Subjects | undefined {
  const map = fields.map(name);
  if (map === undefined) return undefined;
  const inner = new Fields(map, issues, ['agents', 'teams', 'roles']);
  const names = (key: string): readonly string[] => inner.texts(key).map(({ text }) => text);
  const subjects = { agents: names('agents'), teams: names('teams'), roles: names('roles') };
  if (map.entries.size === 0) return issues.refuse(map.place, `\`${name}\` names nobody`);
  return subjects;
}

type VerbPart = PackRule extends infer Rule
  ? Rule extends unknown
    ? Omit<Rule, keyof RuleBase>
    : never
  : never;

function readVerb(verb: Verb, fields: Fields, issues: IssueList): VerbPart | undefined {
  switch (verb) {
    case 'allow':
      return {
        verb,
        tools: readTools(fields, verb),
        where: readConstraints(fields, 'where', 'condition', issues),
        redact: fields.texts('redact', WORD, 'kinds of findings').map(({ text }) => text),
        label: fields.texts('label', WORD, 'labels').map(({ text }) => text),
      };
    case 'deny':
      return {
        verb,
        tools: readTools(fields, verb),
        where: readConstraints(fields, 'where', 'condition', issues),
      };
    case 'approve':
      return readApprove(fields, issues);
    case 'constrain': {
      const constraints = readConstraints(fields, 'arguments', 'constraint', issues);
      if (!fields.has('arguments')) return issues.refuse(fields.place, 'the rule has no `arguments`');
      return { verb, tools: readTools(fields, verb), arguments: constraints };
    }
    case 'block':
      return readBlock(fields, issues);
    case 'domains':
    case 'paths':
      return readPlaces(verb, fields, issues);
    case 'hours':
      return readHours(fields, readTools(fields, verb), issues);
    default:
      return verb satisfies never;
  }
}

function readTools(fields: Fields, verb: Verb): ToolPatterns {
  const globs = fields.texts(verb, TOOL, 'tools such as `files/read_file`, `files/read_*` or `*`');
  return { patterns: globs.map(({ text, place }) => ({ glob: text, place })) };
}

function readApprove(fields: Fields, issues: IssueList): VerbPart {
  const timeout = fields.text('timeout', DURATION, 'a duration such as `30s`, `15m` or `2h`');
  return {
    verb: 'approve',
    tools: readTools(fields, 'approve'),
    where: readConstraints(fields, 'where', 'condition', issues),
    approvers: fields.texts('approvers', WORD, 'names of approvers or groups').map(({ text }) => text),
    quorum: fields.count('quorum', 1, MAX_QUORUM) ?? 1,
    ...(timeout === undefined ? {} : { timeout: timeout.text }),
  };
}

function readBlock(fields: Fields, issues: IssueList): VerbPart | undefined {
  const kinds = (['substring', 'glob', 'regex'] as const).filter((kind) => fields.has(kind));
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined)
    return issues.refuse(fields.place, 'the rule needs one of `substring`, `glob` and `regex`');
  const pattern = fields.text(kind);
  const argument = fields.text('argument', undefined, 'an argument, or `*` for every text');
  if (pattern === undefined) return undefined;
  if (argument === undefined) {
    return fields.has('argument')
      ? undefined
      : issues.refuse(fields.place, 'the rule has no `argument`', '`*` looks into every text');
  }
  const path = argument.text === '*' ? undefined : readArgument(argument.text, argument.place, issues);
  if (argument.text !== '*' && path === undefined) return undefined;
  return {
    verb: 'block',
    tools: readTools(fields, 'block'),
    ...(path === undefined ? {} : { argument: path }),
    pattern: { kind, ...pattern, ignoreCase: fields.boolean('ignore_case') ?? false },
  };
}

/** `hosts` and `files` are what actions touch by themselves; anything else names tools, whose `argument` is read. */
function readPlaces(verb: 'domains' | 'paths', fields: Fields, issues: IssueList): VerbPart | undefined {
  const target = readTarget(verb, fields, issues);
  const read = verb === 'domains' ? readDomain : readFolder;
  const list = (name: string): readonly string[] =>
    fields.texts(name).flatMap(({ text, place }) => read(text, place, issues) ?? []);
  const never = list('never');
  const only = fields.has('only') ? list('only') : undefined;
  if (only === undefined && !fields.has('never'))
    return issues.refuse(fields.place, 'the rule has neither `only` nor `never`');
  if (target === undefined) return undefined;
  return { verb, target, never, ...(only === undefined ? {} : { only }) };
}

function readTarget(verb: 'domains' | 'paths', fields: Fields, issues: IssueList): Target | undefined {
  const word = verb === 'domains' ? 'hosts' : 'files';
  const value = fields.value(verb);
  if (value?.kind === 'scalar' && value.value === word) {
    const odd = ['argument', 'required'].find((name) => fields.has(name));
    if (odd !== undefined) return refuseBeside(odd, word, fields.placeOf(odd), issues);
    const access = fields.oneOf('access', ['read', 'write']);
    return { kind: 'resource', ...(access === undefined ? {} : { access }) };
  }
  if (fields.has('access'))
    return issues.refuse(
      fields.placeOf('access'),
      '`access` stands beside tools',
      'it is for `paths: files`',
    );
  const written = fields.text('argument');
  if (written === undefined) {
    return fields.has('argument')
      ? undefined
      : issues.refuse(fields.place, 'the rule has no `argument`', `\`${verb}: ${word}\` needs none`);
  }
  const argument = readArgument(written.text, written.place, issues);
  const required = fields.boolean('required') ?? true;
  return argument && { kind: 'argument', tools: readTools(fields, verb), argument, required };
}

function refuseBeside(odd: string, word: string, place: Place, issues: IssueList): undefined {
  return issues.refuse(place, `\`${odd}\` stands beside \`${word}\`, which have no arguments`);
}
