/** Makes requests that are aimed at the policies of two sets. */
import type { JsonValue } from '../../../kernel/index.ts';
import { isPermitting } from '../../../model/index.ts';
import { type Aim, METHODS, type Vocabulary } from './vocabulary.ts';
import { aimAction, aimCondition, aimEntityScope, type Aiming, linksOf, setAction } from './aim/index.ts';
import { Draft } from './draft.ts';
import type { Seeded } from './seeded.ts';
import { type ArgType, TOOL_CALLS } from '../../schema/index.ts';
import type { ComparedSet } from './set.ts';

/** How much of the search goes to policies that only one of the sets has. */
const CHANGED_SHARE = 0.8;
/** How much of it goes to requests that no policy need be about: defaults and modes show there. */
const UNAIMED_SHARE = 0.1;
/** Policies beside the one aimed at whose conditions are aimed at too: forbids and permits that meet on one request. */
const MAX_OTHERS = 2;
/** How many of the requests are cleared of what hides the policy aimed at, and how often each is. */
const CLEARED_SHARE = 0.7;
const MAX_ROUNDS = 4;

/** One request under construction, aimed at one policy; `sets` say what stands in its way. */
export function generateDraft(words: Vocabulary, seeded: Seeded, sets: readonly ComparedSet[]): Draft {
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
  else aimScope(aiming, aim);
  for (let other = seeded.below(MAX_OTHERS + 1); other > 0 && words.aims.length > 0; other -= 1) {
    const beside = seeded.pick(words.aims);
    if (seeded.chance(0.3)) aimEntityScope(aiming, 'principal', beside.tree.principal);
    aimConditions(aiming, beside, seeded.chance(0.7));
  }
  const isMet = seeded.chance(0.7);
  if (aim !== undefined) aimConditions(aiming, aim, isMet);
  fillArguments(aiming);
  if (aim !== undefined && seeded.chance(CLEARED_SHARE)) clearWay(aiming, aim, isMet, seeded.pick(sets));
  if (words.approvable.length > 0 && seeded.chance(0.15)) draft.lifted = words.approvable;
  if (seeded.chance(0.05)) draft.chain = [seeded.pick(words.agents)];
  return draft;
}

/**
 * Takes out of the way what hides the policy aimed at: forbids that deny as well are aimed at not applying, and where nothing permits, a permit is
 * aimed at applying; then the policy itself again. One of the sets says what is in the way.
 */
function clearWay(aiming: Aiming, aim: Aim, isMet: boolean, { decisionPoint }: ComparedSet): void {
  const { draft, words, seeded } = aiming;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { verdict, determining } = decisionPoint.decide(draft.query());
    if (isPermitting(verdict)) return;
    const inTheWay = determining.filter(({ contentHash }) => contentHash !== aim.contentHash);
    if (determining.length > 0 && inTheWay.length === 0) return;
    for (const { contentHash } of inTheWay) {
      const other = words.aims.find((one) => one.contentHash === contentHash);
      if (other !== undefined) aimConditions(aiming, other, false);
    }
    if (determining.length === 0) {
      const permits = words.aims.filter(
        ({ tree }) => tree.effect === 'permit' && covers(aiming, tree.action),
      );
      if (permits.length === 0) return;
      const permit = seeded.pick(permits);
      aimEntityScope(aiming, 'principal', permit.tree.principal);
      aimConditions(aiming, permit, true);
    }
    aimEntityScope(aiming, 'principal', aim.tree.principal);
    aimConditions(aiming, aim, isMet);
  }
}

function covers({ draft }: Aiming, scope: Aim['tree']['action']): boolean {
  if (scope.op === 'all') return true;
  const isCall = draft.method === TOOL_CALLS;
  const ids = scope.op === '==' ? [scope.entity.id] : scope.entities.map(({ id }) => id);
  return ids.includes(isCall ? draft.resource.id : draft.method) || (isCall && ids.includes(TOOL_CALLS));
}

function aimScope(aiming: Aiming, aim: Aim): void {
  aimAction(aiming, aim.tree.action);
  aimEntityScope(aiming, 'principal', aim.tree.principal);
  aimEntityScope(aiming, 'resource', aim.tree.resource);
  aimLevel(aiming, aim);
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
  const action = draft.method === TOOL_CALLS ? draft.resource.id : draft.method;
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
