/** Templates and the links that make policies of them. */
import { Fault } from '../../kernel/index.ts';
import type { EntityUid } from './names.ts';
import { type EntityOrSlot, type EntityScope, freeze, type PolicyTree, type Slot } from './tree.ts';

/** What fills the slots of a template, and the id of the policy that follows. */
export interface TemplateLink {
  /** `@id` of the template. */
  readonly template: string;
  /** Id of the policy; unique in the set. */
  readonly id: string;
  readonly principal?: EntityUid;
  readonly resource?: EntityUid;
}

/** The static policy of `template` with its slots filled. Throws `policy.syntax` for a slot without a value and a value without a slot. */
export function linkTemplate(
  template: PolicyTree,
  values: { readonly principal?: EntityUid; readonly resource?: EntityUid },
): PolicyTree {
  const given: Readonly<Record<Slot, EntityUid | undefined>> = {
    '?principal': values.principal,
    '?resource': values.resource,
  };
  for (const slot of ['?principal', '?resource'] as const) {
    const isThere = template.slots.includes(slot);
    if (isThere && given[slot] === undefined)
      throw new Fault('policy.syntax', `the slot \`${slot}\` of the template has no value`);
    if (!isThere && given[slot] !== undefined)
      throw new Fault('policy.syntax', `the template has no slot \`${slot}\``);
  }
  return freeze({
    ...template,
    principal: fillScope(template.principal, given),
    resource: fillScope(template.resource, given),
    slots: [],
  });
}

function fillScope(scope: EntityScope, given: Readonly<Record<Slot, EntityUid | undefined>>): EntityScope {
  const fill = (entity: EntityOrSlot): EntityOrSlot =>
    'slot' in entity ? copyOf(given[entity.slot] ?? entity) : entity;
  switch (scope.op) {
    case 'all':
      return scope;
    case '==':
    case 'in':
      return { ...scope, entity: fill(scope.entity) };
    case 'is':
      return scope.ancestor === undefined ? scope : { ...scope, ancestor: fill(scope.ancestor) };
    default:
      return scope satisfies never;
  }
}

/** What the caller holds stays the caller's. */
function copyOf<Entity extends EntityOrSlot>(entity: Entity): Entity {
  return { ...entity };
}
