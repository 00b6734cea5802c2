/** What an action is for, on the line: whether it may be now, what a tool may receive for it, and whom it concerns. */
import { isJsonObject } from '../../kernel/index.ts';
import type { ActionRequest, Obligation, PolicyContext } from '../../model/index.ts';
import {
  type AllowedFields,
  minimisationTarget,
  protocolFields,
  type Purpose,
  purposeStanding,
  type PurposeStanding,
  type ReliedRecord,
  subjectOf,
} from '../../privacy/index.ts';
import { looking, type Line } from '../line.ts';
import type { GuardPorts } from '../types.ts';
import type { Refusal } from './decisions.ts';

type Requested = Pick<ActionRequest, 'purpose' | 'subject' | 'args'>;

/** Step 5: what stands of the declared purpose now; `undefined` where none is declared or no register is configured. */
export function purposeOf(
  { purposes, state }: Line,
  { purpose, subject, args }: Requested,
): PurposeStanding | undefined {
  if (purposes === undefined || purpose === undefined) return undefined;
  const { person } = subject;
  const question = { declared: purpose, args, ...(person === undefined ? {} : { person: person.id }) };
  const standing = purposeStanding(purposes.current(), question, state);
  const index = state.record('register', purposes.scope)?.index ?? null;
  return {
    ...standing,
    relied: [{ collection: 'register', key: purposes.scope, index }, ...standing.relied],
  };
}

/** What policy reads of it. INVARIANT: with a register, a purpose that is not in force now is absent. */
export function purposeFacts(
  { purposes }: Pick<Line, 'purposes'>,
  { purpose }: Pick<ActionRequest, 'purpose'>,
  standing: PurposeStanding | undefined,
): Pick<PolicyContext, 'purpose' | 'purposeStatus'> {
  if (purposes === undefined) return purpose === undefined ? {} : { purpose };
  if (standing === undefined) return {};
  const { declared, status } = standing;
  return { ...(status === 'in_force' ? { purpose: declared } : {}), purposeStatus: status };
}

/** Step 4: the register in memory must be the one that is in force in the store. */
export function registerRefusal({ purposes, state }: Line): Refusal | undefined {
  if (purposes === undefined || purposes.current().hash === registerInForce(state, purposes.scope))
    return undefined;
  return {
    code: 'privacy.stale',
    reason: 'another register of purposes is in force and this process has not loaded it',
  };
}

/** Hash of the register that is in force for `scope`; `undefined` where none is. */
export function registerInForce(state: Line['state'], scope: string): string | undefined {
  const value = state.record('register', scope)?.value;
  const hash = isJsonObject(value) ? value['hash'] : undefined;
  return typeof hash === 'string' ? hash : undefined;
}

/** Whether what a decision rests on is no longer as it was. */
export function isOverturned({ state }: Pick<Line, 'state'>, relied: readonly ReliedRecord[] = []): boolean {
  return relied.some(
    ({ collection, key, index }) => (state.record(collection, key)?.index ?? null) !== index,
  );
}

/** Whether the purpose that `standing` found in force still is, for `request`; `undefined` where it was not. The answer looks anew each time and throws what cannot be read. */
export function stillInForce(
  line: Line,
  request: Requested,
  standing: PurposeStanding | undefined,
): ((state?: Line['state']) => boolean) | undefined {
  if (standing?.status !== 'in_force') return undefined;
  const { relied } = standing;
  return (state = looking(line).state) =>
    !isOverturned({ state }, relied) || purposeOf({ ...line, state }, request)?.status === 'in_force';
}

/** Step 6: what the tool may receive of a call; `undefined` where its purpose says nothing of that. */
export interface Minimisation {
  readonly fields: AllowedFields;
  readonly obligation: Obligation;
}

/**
 * The rule for `request`, or why there must be one and is none. It holds whether or not the purpose is in force: who took consent back is not told more of
 * than who gave it.
 */
export function minimisationOf(
  standing: PurposeStanding | undefined,
  request: Pick<ActionRequest, 'phase' | 'method' | 'initiator' | 'parts'>,
): Minimisation | Refusal | undefined {
  const { purpose } = standing ?? {};
  const rules = purpose?.minimise;
  if (purpose === undefined || rules === undefined || request.phase !== 'call') return undefined;
  const target = minimisationTarget(request) ?? request.method;
  const fields = Object.hasOwn(rules, target) ? rules[target] : protocolFields(request);
  if (fields === undefined)
    return {
      code: 'privacy.no-rule',
      reason: `purpose \`${purpose.id}\` says what tools may receive, and nothing of \`${target}\``,
    };
  if (fields !== 'everything' && isAnswered(request))
    return {
      code: 'privacy.no-rule',
      reason: `what a server is answered is not minimised: purpose \`${purpose.id}\` must let \`${target}\` have \`everything\`, or nothing is asked`,
    };
  return { fields, obligation: { type: 'minimise', purpose: purpose.id } };
}

/** Whether a server asks, so that what it receives is the answer, which no rule of arguments reaches. */
function isAnswered({ initiator, method }: Pick<ActionRequest, 'initiator' | 'method'>): boolean {
  return initiator === 'server' && !method.startsWith('notifications/');
}

/** Whom an action concerns besides the person it is done for, and how long what is recorded of it is kept. */
export function registeredFor(
  { purposes }: Pick<GuardPorts, 'purposes'>,
  { purpose, subject, args }: Requested,
): { readonly purpose?: Purpose; readonly dataSubject?: string } {
  const registered = purpose === undefined ? undefined : purposes?.current().purpose(purpose);
  if (registered === undefined) return {};
  const name = subjectOf(registered.subject, subject.person?.id, args);
  return { purpose: registered, ...(name === undefined ? {} : { dataSubject: name }) };
}
