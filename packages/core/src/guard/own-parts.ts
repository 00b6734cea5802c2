/** Copies of an action's parts that share nothing with whoever made them. */
import { copyJson } from '../kernel/index.ts';
import type { Part, Resource } from '../model/index.ts';

/** Throws what cannot be copied. */
export function ownParts(parts: readonly Part[]): readonly Part[] {
  return parts.map(({ action: { name }, resource, args }) => ({
    action: { name },
    resource: ownResource(resource),
    ...(args === undefined ? {} : { args: copyJson(args) }),
  }));
}

/** The copy of one resource. */
export function ownResource(resource: Resource): Resource {
  const { limits } = resource;
  return limits === undefined ? { ...resource } : { ...resource, limits: { ...limits } };
}
