/** Takes away from a request what its difference does not need. */
import { isJsonObject, type JsonValue } from '../../../kernel/index.ts';
import type { Draft, Path } from './draft.ts';

/** Most requests that are tried while shrinking. */
const MAX_TRIES = 400;

/** The smallest draft it finds for which `differs` still holds, by taking away one fact after another. */
export function shrink(draft: Draft, differs: (candidate: Draft) => boolean): Draft {
  let best = draft;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < MAX_TRIES; ) {
    isSmaller = false;
    for (const candidate of smallerThan(best)) {
      tries += 1;
      if (tries > MAX_TRIES) break;
      if (!differs(candidate)) continue;
      best = candidate;
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** Drafts with one thing less. */
function* smallerThan(draft: Draft): Generator<Draft> {
  if (draft.lifted.length > 0) yield changed(draft, (copy) => (copy.lifted = []));
  if (draft.chain.length > 0) yield changed(draft, (copy) => (copy.chain = []));
  const { team, org, id } = draft.agent;
  if (team !== undefined)
    yield changed(draft, (copy) => (copy.agent = { id, ...(org === undefined ? {} : { org }) }));
  if (org !== undefined)
    yield changed(draft, (copy) => (copy.agent = { id, ...(team === undefined ? {} : { team }) }));
  if (draft.resource.server !== undefined) {
    const { type, id: name } = draft.resource;
    yield changed(draft, (copy) => (copy.resource = { type, id: name }));
  }
  for (const path of pathsOf(draft.context, [])) {
    yield changed(draft, (copy) => copy.remove(path));
    const value = draft.get(path);
    if (!Array.isArray(value)) continue;
    const members: readonly JsonValue[] = value;
    for (const at of members.keys())
      yield changed(draft, (copy) =>
        copy.set(
          path,
          members.filter((_one, index) => index !== at),
        ),
      );
  }
}

function changed(draft: Draft, change: (copy: Draft) => void): Draft {
  const copy = draft.copy();
  change(copy);
  return copy;
}

/** Paths of all facts, whole records before what is in them. */
function pathsOf(value: JsonValue, path: Path): readonly Path[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...path, name],
    ...pathsOf(inner, [...path, name]),
  ]);
}
