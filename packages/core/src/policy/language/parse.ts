/** Parses policy sources: every problem of every file is reported with its place, not only the first. */
import { describeFault, isFault } from '../../kernel/index.ts';
import { type Annotations, readAnnotations } from './annotations.ts';
import { contentHashOf } from './content-hash.ts';
import { isTooDeep, MAX_EXPRESSION_DEPTH } from './depth.ts';
import { policyToJson } from './json/index.ts';
import { ORGANISATION } from './level.ts';
import { linkTemplate, type TemplateLink } from './link.ts';
import { parsePolicies } from './parser/index.ts';
import { placeOf, type PolicyIssue, type PolicySource, shown } from './places.ts';
import type { Policy } from './policy.ts';
import { findReads } from './reads.ts';
import { didYouMean } from './suggest.ts';
import type { PolicyTree } from './tree.ts';

/** Policies that could be parsed, and what is wrong with the others. */
export interface ParsedSources {
  readonly policies: readonly Policy[];
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
}

/** Policies of sources that were parsed before and of which nothing else is to be said; sources are immutable. */
export type ParsedBefore = WeakMap<PolicySource, readonly Policy[]>;

/**
 * Parses all `sources` and makes a policy of every link; ids are unique over all of them, templates included.
 * What is in `before` is taken from it, and what is parsed goes into it.
 */
export function parseSources(
  sources: readonly PolicySource[],
  links: readonly TemplateLink[] = [],
  before: ParsedBefore = new WeakMap(),
): ParsedSources {
  const collected = new Collected();
  for (const source of sources) {
    const known = before.get(source);
    if (known === undefined) {
      const parsed = collected.parse(source);
      if (parsed !== undefined) before.set(source, parsed);
    } else collected.takeAll(known);
  }
  for (const link of links) collected.link(link);
  collected.refuseUnlinked();
  return collected;
}

/** A template with what its policies share. */
interface Template {
  readonly source: PolicySource;
  readonly tree: PolicyTree;
  readonly annotations: Annotations;
}

class Collected implements ParsedSources {
  readonly policies: Policy[] = [];
  readonly problems: PolicyIssue[] = [];
  readonly warnings: PolicyIssue[] = [];
  readonly #places = new Map<string, Policy['place']>();
  readonly #templates = new Map<string, Template>();
  readonly #linked = new Set<string>();

  /** The policies of `source`, where it holds nothing else, neither templates nor anything to tell of. */
  parse(source: PolicySource): readonly Policy[] | undefined {
    const others = (): number => this.problems.length + this.warnings.length + this.#templates.size;
    const [before, from] = [others(), this.policies.length];
    const parsed = parsePolicies(source);
    this.problems.push(...parsed.problems);
    for (const [index, tree] of parsed.policies.entries()) this.add(source, tree, index);
    return others() === before ? this.policies.slice(from) : undefined;
  }

  takeAll(policies: readonly Policy[]): void {
    for (const policy of policies) {
      this.#take(policy.id, policy.place);
      this.policies.push(policy);
    }
  }

  add(source: PolicySource, tree: PolicyTree, index: number): void {
    const { annotations, issues } = readAnnotations(valuesOf(tree), tree.effect);
    const id = annotations.id ?? derivedId(source.name, index);
    const place = placeOf(source, tree.start);
    if (tree.conditions.some(({ body }) => isTooDeep(body))) {
      this.problems.push(tooDeep(place, id));
      return;
    }
    for (const issue of issues) {
      const at = tree.annotations.find(({ name }) => name === issue.annotation);
      this.problems.push({
        code: 'policy.annotation',
        message: issue.message,
        place: placeOf(source, at?.start ?? tree.start),
        policy: id,
        ...(at === undefined ? {} : { text: shown(source.text.slice(at.start, at.end)) }),
        ...(issue.hint === undefined ? {} : { hint: issue.hint }),
      });
    }
    this.#take(id, place);
    if (!tree.annotations.some(({ name }) => name === 'id')) this.warnings.push(withoutId(place, id));
    if (tree.slots.length > 0) this.#templates.set(id, { source, tree, annotations });
    else this.policies.push(policyOf({ source, tree, annotations }, id));
  }

  link(link: TemplateLink): void {
    const template = this.#templates.get(link.template);
    if (template === undefined) {
      const hint = didYouMean(link.template, this.#templates.keys());
      this.problems.push({
        code: 'policy.not-found',
        message: `the link \`${link.id}\` is to the template \`${link.template}\`, which is not there`,
        policy: link.id,
        ...(hint === undefined ? {} : { hint }),
      });
      return;
    }
    this.#linked.add(link.template);
    const place = placeOf(template.source, template.tree.start);
    this.#take(link.id, place);
    try {
      const tree = linkTemplate(template.tree, link);
      this.policies.push(policyOf({ ...template, tree }, link.id));
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      this.problems.push({ code: thrown.code, message: describeFault(thrown), place, policy: link.id });
    }
  }

  /** A template without a link never matches, which is what a rule must not do unnoticed. */
  refuseUnlinked(): void {
    for (const [id, { source, tree }] of this.#templates) {
      if (this.#linked.has(id)) continue;
      this.problems.push({
        code: 'policy.syntax',
        message: 'the policy is a template, and no link makes a policy of it',
        place: placeOf(source, tree.start),
        policy: id,
        hint: `fill ${tree.slots.map((slot) => `\`${slot}\``).join(' and ')} with a link in the manifest of the set, or name an entity`,
      });
    }
  }

  #take(id: string, place: Policy['place']): void {
    const first = this.#places.get(id);
    if (first === undefined) this.#places.set(id, place);
    else this.problems.push(duplicate(place, id, first));
  }
}

function policyOf({ source, tree, annotations }: Template, id: string): Policy {
  return {
    ...annotations,
    id,
    effect: tree.effect,
    contentHash: contentHashOf(id, policyToJson(tree)),
    text: source.text.slice(tree.start, tree.end),
    tree,
    reads: findReads(tree),
    source,
    level: source.level ?? ORGANISATION,
    start: tree.start,
    place: placeOf(source, tree.start),
  };
}

function valuesOf({ annotations }: PolicyTree): { readonly [name: string]: string | null } {
  return Object.fromEntries(annotations.map(({ name, value }) => [name, value]));
}

function tooDeep(place: Policy['place'], policy: string): PolicyIssue {
  return {
    code: 'policy.syntax',
    message: `a condition nests or chains more than ${MAX_EXPRESSION_DEPTH} operators`,
    place,
    policy,
    hint: 'write a list as `["a", "b"].contains(…)`, or several policies',
  };
}

/** `main.cedar.3`: the file's name and the place among its policies, from 1. */
function derivedId(file: string, index: number): string {
  const name = file.split(/[\\/]/).at(-1) ?? '';
  const safe = name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return `${safe.slice(0, 50) || 'policy'}.${index + 1}`;
}

function duplicate(place: Policy['place'], id: string, { file, line, column }: Policy['place']): PolicyIssue {
  return {
    code: 'policy.duplicate-id',
    message: `the id \`${id}\` is already taken at ${file}:${line}:${column}`,
    place,
    policy: id,
  };
}

function withoutId(place: Policy['place'], id: string): PolicyIssue {
  return {
    code: 'policy.annotation',
    message: `no \`@id\`; it is called \`${id}\` until a policy is put before it`,
    place,
    policy: id,
    hint: 'write `@id("…")` before it',
  };
}
