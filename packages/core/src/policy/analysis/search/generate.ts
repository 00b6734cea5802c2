/** Makes requests that are aimed at the policies of two sets. */
import type { JsonValue } from '../../../kernel/index.ts';
import { type Aim, METHODS, type Vocabulary } from './vocabulary.ts';
import { aimCondition, linksOf } from './aim-condition.ts';
import { aimAction, aimEntityScope, setAction } from './aim-scope.ts';
import type { Aiming } from './aiming.ts';
import { Draft } from './draft.ts';
import type { Seeded } from './seeded.ts';
import type { ArgType } from '../../schema/index.ts';

/** How much of the search goes to policies that only one of the sets has. */
const CHANGED_SHARE = 0.8;
/** How much of it goes to requests that no policy need be about: defaults and modes show there. */
const UNAIMED_SHARE = 0.1;
/** Policies beside the one aimed at whose conditions are aimed at too: forbids and permits that meet on one request. */
const MAX_OTHERS = 2;

/** One request under construction. */
export function generateDraft(words: Vocabulary, seeded: Seeded): Draft {
  const draft = new Draft();
  const aiming: Aiming = { draft, words, seeded };
  draft.agent = seeded.pick(words.agents);
  if (words.teams.length > 0 && seeded.chance(0.3))
    draft.agent = { ...draft.agent, team: seeded.pick(words.teams) };
  if (words.instants.length > 0 && seeded.chance(0.3))
    draft.set(['time'], seeded.pick(words.instants) + seeded.below(3) - 1);
  const aim = pickAim(words, seeded);
  if (aim === undefined)
    setAction(aiming, seeded.chance(0.5) ? seeded.pick(words.tools) : seeded.pick(METHODS));
  else {
    aimAction(aiming, aim.tree.action);
    aimEntityScope(aiming, 'principal', aim.tree.principal);
    aimEntityScope(aiming, 'resource', aim.tree.resource);
    aimLevel(aiming, aim);
  }
  for (let other = seeded.below(MAX_OTHERS + 1); other > 0 && words.aims.length > 0; other -= 1) {
    const beside = seeded.pick(words.aims);
    if (seeded.chance(0.3)) aimEntityScope(aiming, 'principal', beside.tree.principal);
    aimConditions(aiming, beside, seeded.chance(0.7));
  }
  if (aim !== undefined) aimConditions(aiming, aim, seeded.chance(0.7));
  fillArguments(aiming);
  if (seeded.chance(0.05)) draft.chain = [seeded.pick(words.agents)];
  return draft;
}

function pickAim(words: Vocabulary, seeded: Seeded): Aim | undefined {
  if (words.aims.length === 0 || seeded.chance(UNAIMED_SHARE)) return undefined;
  const isChanged = words.changed > 0 && seeded.chance(CHANGED_SHARE);
  return isChanged ? words.aims[seeded.below(words.changed)] : seeded.pick(words.aims);
}

function aimLevel({ draft }: Aiming, { level }: Aim): void {
  if (level.kind === 'team') draft.agent = { ...draft.agent, team: level.team };
  if (level.kind === 'agent') draft.agent = { ...draft.agent, id: level.agent };
}

/** All conditions hold, or all but one link of them. */
function aimConditions(aiming: Aiming, { tree }: Aim, isMet: boolean): void {
  const links = tree.conditions.flatMap(({ kind, body }) =>
    kind === 'when'
      ? linksOfAnd(body).map((link) => ({ link, truth: true }))
      : [{ link: body, truth: false }],
  );
  if (links.length === 0) return;
  const odd = isMet ? -1 : aiming.seeded.below(links.length);
  for (const [index, { link, truth }] of links.entries())
    aimCondition(aiming, link, index === odd ? !truth : truth);
}

function linksOfAnd(body: Parameters<typeof linksOf>[0]): ReturnType<typeof linksOf> {
  return body.kind === 'and' ? linksOf(body) : [body];
}

/** Arguments that the tool requires and nothing has set, and now and then one that nothing asks for. */
function fillArguments({ draft, words, seeded }: Aiming): void {
  const action = draft.method === 'tools/call' ? draft.resource.id : draft.method;
  for (const [name, { type, required }] of words.argsOf(action).fields) {
    if (draft.get(['args', name]) !== undefined) continue;
    if (required || seeded.chance(0.15)) draft.set(['args', name], someValue(type, seeded));
  }
}

function someValue(type: ArgType, seeded: Seeded): JsonValue {
  switch (type.kind) {
    case 'string':
      return type.values === undefined ? seeded.pick(['x', '', 'a.txt']) : seeded.pick([...type.values]);
    case 'long':
      return type.values === undefined ? seeded.pick([0, 1, -1, 1000]) : seeded.pick([...type.values]);
    case 'decimal':
      return seeded.pick([0, 0.5, 100]);
    case 'boolean':
      return seeded.chance(0.5);
    case 'set':
      return seeded.chance(0.5) ? [] : [someValue(type.element, seeded)];
    case 'record':
      return Object.fromEntries(
        [...type.fields].flatMap(([name, field]) =>
          field.required ? [[name, someValue(field.type, seeded)] as const] : [],
        ),
      );
    case 'untypable':
      return null;
    default:
      return type satisfies never;
  }
}
