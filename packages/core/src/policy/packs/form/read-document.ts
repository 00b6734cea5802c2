/** Reads a pack: YAML text in, a typed document out. */
import { type Mode, MODES } from '../../../model/index.ts';
import type { PolicySource } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import type { PackDocument, PackRule } from './document.ts';
import { Fields } from './fields.ts';
import { readLimits } from './read-limits.ts';
import { readRule } from './read-rule.ts';
import { readYaml } from './yaml.ts';

const KEYS = ['version', 'name', 'description', 'mode', 'audit_until', 'rules', 'limits'];
/** The one version of the form there is. */
const VERSION = 1n;
const NAME = /^[a-z0-9][a-z0-9-]{0,23}$/;
/** Most rules of one pack. */
const MAX_RULES = 1000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/** The pack in `source`, or `undefined` after a problem. */
export function readDocument(source: PolicySource, issues: IssueList): PackDocument | undefined {
  const root = readYaml(source, issues);
  if (root === undefined) return undefined;
  if (root.kind !== 'map') return issues.refuse(root.place, 'a pack is a map of keys');
  const fields = new Fields(root, issues, KEYS);
  const version = fields.value('version');
  if (version?.kind !== 'scalar' || version.value !== VERSION) {
    return issues.refuse(
      version?.place ?? root.place,
      'the pack does not say `version: 1`',
      'YAML among policies is read as a pack; put other YAML elsewhere',
    );
  }
  const name = fields.text('name', NAME, 'small letters, digits and `-`, at most 24');
  if (!fields.has('name')) issues.refuse(root.place, 'the pack has no `name`');
  const description = fields.text('description');
  const mode = readMode(fields, issues);
  const rules = readRules(fields, issues);
  const limits = readLimits(fields.value('limits'), issues);
  if (!fields.has('rules') && !fields.has('limits'))
    issues.refuse(root.place, 'the pack has neither `rules` nor `limits`');
  if (name === undefined || mode === undefined) return undefined;
  return {
    name: name.text,
    ...mode,
    rules,
    limits,
    ...(description === undefined ? {} : { description: description.text }),
  };
}

function readMode(
  fields: Fields,
  issues: IssueList,
): { readonly mode?: Mode; readonly auditUntil?: number } | undefined {
  const mode = fields.has('mode') ? fields.oneOf('mode', MODES) : undefined;
  const until = fields.text('audit_until', INSTANT, 'an instant such as `2030-01-31T00:00:00Z`');
  if (mode === undefined) {
    if (fields.has('mode')) return undefined;
    if (!fields.has('audit_until')) return {};
    return issues.refuse(fields.placeOf('audit_until'), '`audit_until` stands without mode `audit`');
  }
  if (mode !== 'audit') {
    if (until === undefined) return { mode };
    return issues.refuse(fields.placeOf('audit_until'), `\`audit_until\` stands beside mode \`${mode}\``);
  }
  const auditUntil = until === undefined ? Number.NaN : Date.parse(until.text);
  if (!Number.isNaN(auditUntil)) return { mode, auditUntil };
  return issues.refuse(
    fields.placeOf('mode'),
    'mode `audit` has no end',
    'give `audit_until`; after it everything is enforced',
  );
}

function readRules(fields: Fields, issues: IssueList): readonly PackRule[] {
  const value = fields.value('rules');
  if (value === undefined) return [];
  if (value.kind !== 'list' || value.items.length === 0 || value.items.length > MAX_RULES) {
    issues.refuse(value.place, `\`rules\` is not a list of 1 to ${MAX_RULES} rules`);
    return [];
  }
  const seen = new Map<string, PackRule>();
  for (const [index, item] of value.items.entries()) {
    const rule = readRule(item, `rules[${index}]`, issues);
    if (rule === undefined) continue;
    const first = seen.get(rule.id);
    if (first === undefined) seen.set(rule.id, rule);
    else issues.refuse(rule.place, `the id \`${rule.id}\` stands in line ${first.place.line} too`);
  }
  return [...seen.values()];
}
