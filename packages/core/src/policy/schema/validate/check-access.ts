/** Attributes: which there are, and which are there for certain. */
import { didYouMean, type Expression } from '../../language/index.ts';
import type { AttributeType } from '../model/index.ts';
import {
  attributeCapability,
  type Capabilities,
  type Checked,
  type Checker,
  NO_CAPABILITIES,
  union,
} from './checker.ts';
import { BOOL, type CheckedType, FALSE, TRUE } from './types.ts';

/** The checker of any expression, handed down so that no two files need one another. */
export type CheckAny = (checker: Checker, expression: Expression, known: Capabilities) => Checked;

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** The type of an attribute that is read. */
export function checkAccess(
  checker: Checker,
  expression: Of<'get'>,
  known: Capabilities,
  check: CheckAny,
): CheckedType | undefined {
  const { target, attribute } = expression;
  const of = expectMembers(checker, target, check(checker, target, known).type);
  if (of === undefined) return undefined;
  const found = lookUp(checker, of, attribute);
  const path = pathOf(expression);
  const read = path === undefined ? `.${attribute}` : path.join('.');
  if (found === undefined) {
    const hint = didYouMean(attribute, namesOf(checker, of));
    const where = placeOf(checker, target, of);
    return checker.fail('unknown-attribute', expression, `attribute \`${read}\`${where} not found`, {
      ...(hint === undefined ? {} : { hint }),
      ...(path === undefined ? {} : { path }),
    });
  }
  if (found.required || known.has(attributeCapability(target, attribute))) return found.type;
  const above = path === undefined ? '…' : path.slice(0, -1).join('.');
  return checker.fail(
    'optional-attribute',
    expression,
    `the attribute \`${read}\` is optional and may be missing`,
    {
      hint: `test for it first with \`${above} has ${attribute} && …\``,
      ...(path === undefined ? {} : { path }),
    },
  );
}

/** `has`, step by step along its path. */
export function checkHas(
  checker: Checker,
  expression: Of<'has'>,
  known: Capabilities,
  check: CheckAny,
): Checked {
  let { target } = expression;
  let of = expectMembers(checker, target, check(checker, target, known).type);
  let learned: Capabilities = NO_CAPABILITIES;
  let isCertain = true;
  for (const [index, name] of expression.path.entries()) {
    if (of === undefined) return { type: undefined, known: NO_CAPABILITIES };
    const found = lookUp(checker, of, name);
    if (found === undefined) return { type: FALSE, known: NO_CAPABILITIES };
    const capability = attributeCapability(target, name);
    // An entity may not exist, and then it has nothing.
    const isThere = (found.required && of.kind === 'record') || known.has(capability);
    if (!isThere) isCertain = false;
    learned = union(learned, new Set([capability]));
    const { start, end } = expression;
    target = { kind: 'get', target, attribute: name, start, end };
    if (index < expression.path.length - 1) of = expectMembers(checker, target, found.type);
  }
  return { type: isCertain ? TRUE : BOOL, known: learned };
}

type Members = Extract<CheckedType, { readonly kind: 'record' | 'entity' }>;

function expectMembers(
  checker: Checker,
  target: Expression,
  type: CheckedType | undefined,
): Members | undefined {
  const found = checker.expect(
    type,
    ({ kind }) => kind === 'record' || kind === 'entity',
    'an entity or a record',
    target,
  );
  return found?.kind === 'record' || found?.kind === 'entity' ? found : undefined;
}

function lookUp({ schema }: Checker, of: Members, name: string): AttributeType | undefined {
  if (of.kind === 'record') return of.attributes.get(name);
  return schema.entityTypes.get(of.name)?.attributes.attributes.get(name);
}

function namesOf({ schema }: Checker, of: Members): Iterable<string> {
  if (of.kind === 'record') return of.attributes.keys();
  return schema.entityTypes.get(of.name)?.attributes.attributes.keys() ?? [];
}

function placeOf({ environment }: Checker, target: Expression, of: Members): string {
  if (of.kind === 'entity') return ` on entity type \`${of.name}\``;
  let at = target;
  while (at.kind === 'get') at = at.target;
  return at.kind === 'variable' && at.name === 'context'
    ? ` in context for \`${environment.action.uid.id}\``
    : '';
}

/** `['context', 'args', 'path']`. */
function pathOf(expression: Expression): readonly string[] | undefined {
  const names: string[] = [];
  let at = expression;
  while (at.kind === 'get') {
    names.push(at.attribute);
    at = at.target;
  }
  return at.kind === 'variable' ? [at.name, ...names.reverse()] : undefined;
}
