/** What waits at a control plane, as it tells it: read field by field, shown to a person, and held against the digest that they sign. */
import {
  ANSWER_REFUSALS,
  type AnswerRefusal,
  Fault,
  type HeldForbid,
  INITIATORS,
  isJsonObject,
  type JsonObject,
  ownProperty,
  type Part,
  PHASES,
  type ResourceType,
  type ShownAction,
  shownDigest,
} from '@writ/core';
import { maybeText, numberIn, objectIn, objectsIn, type Plane, textIn, textsIn } from '../../plane/index.ts';
import { instant, print, printTable, remark, styled, visible, visibleJson } from '../../terminal/index.ts';

/** A held action as a control plane tells of it. */
export interface ToldApproval {
  /** ULID at the control plane. */
  readonly id: string;
  /** `origin#index` at the node. */
  readonly hold: string;
  readonly logNode: string;
  readonly status: string;
  readonly expires: number;
  readonly digest: string;
  readonly policyHash: string;
  readonly masked: number;
  readonly policies: readonly HeldForbid[];
  /** The whole answer. */
  readonly all: JsonObject;
}

/** What whoever answered can do about it. */
const REFUSED: Readonly<Record<AnswerRefusal, string>> = {
  unknown_key:
    'the bundle that is in force there names no such key; have one signed that does, or answer with another key',
  invalid: 'the signature, or what is signed, is not about this',
  expired: 'it came too late',
  not_entitled: 'by its bundle this person may not approve it, or is among those who ask for it',
};
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** Most that are looked through for one that is named by its hold. */
const MOST = 10_000;

/** The one that `reference` names: its id at the control plane, or `origin#index` at the node. Throws `approval.unknown`. */
export async function toldApproval(plane: Plane, reference: string): Promise<ToldApproval> {
  const id = ULID.test(reference) ? reference : await idOfHold(plane, reference);
  return read(objectIn((await plane.ask({ method: 'GET', path: `/v1/approvals/${id}` })).body));
}

async function idOfHold(plane: Plane, reference: string): Promise<string> {
  const waiting = await plane.list('/v1/approvals?view=all', MOST);
  const found = waiting.find((one) => ownProperty(one, 'hold') === reference);
  if (found !== undefined) return textIn(found, 'id');
  throw new Fault(
    'approval.unknown',
    `nothing waits at the control plane under \`${reference.slice(0, 120)}\``,
    {
      hint: '`writ approvals list --plane` shows what waits',
    },
  );
}

function read(all: JsonObject): ToldApproval {
  return {
    id: textIn(all, 'id'),
    hold: textIn(all, 'hold'),
    logNode: textIn(all, 'logNode'),
    status: textIn(all, 'status'),
    expires: numberIn(all, 'expires'),
    digest: textIn(all, 'digest'),
    policyHash: textIn(all, 'policyHash'),
    masked: numberIn(all, 'masked'),
    policies: objectsIn(all, 'policies').map((policy) => ({
      id: textIn(policy, 'id'),
      contentHash: textIn(policy, 'contentHash'),
      approvers: textsIn(policy, 'approvers'),
      quorum: numberIn(policy, 'quorum'),
    })),
    all,
  };
}

/**
 * Whether what is shown is exactly what the digest names, computed here. `unknown`: secrets are masked, or the node tells too little. INVARIANT: a control plane that shows something else
 * than what it has signed gets another digest, whatever it says.
 */
export function digestOfShown(told: ToldApproval): 'same' | 'other' | 'unknown' {
  const digested = ownProperty(told.all, 'digested');
  const args = ownProperty(told.all, 'args');
  if (told.masked > 0 || !isJsonObject(digested) || !isJsonObject(args)) return 'unknown';
  const [initiator, phase] = [
    INITIATORS.find((one) => one === digested['initiator']),
    PHASES.find((one) => one === digested['phase']),
  ];
  if (initiator === undefined || phase === undefined) return 'unknown';
  const person = maybeText(told.all, 'person');
  const pin = maybeText(digested, 'definitionPin');
  const action: ShownAction = {
    agent: textIn(told.all, 'agent'),
    chain: textsIn(told.all, 'chain'),
    ...(person === undefined ? {} : { person }),
    method: textIn(told.all, 'method'),
    parts: objectsIn(told.all, 'targets').map(partOf),
    args,
    digested: {
      tenant: textIn(digested, 'tenant'),
      session: textIn(digested, 'session'),
      initiator,
      phase,
      ...(pin === undefined ? {} : { definitionPin: pin }),
    },
  };
  return shownDigest(told.logNode, action) === told.digest ? 'same' : 'other';
}

function partOf(target: JsonObject): Part {
  const server = maybeText(target, 'server');
  const resource = { type: textIn(target, 'type') as ResourceType, id: textIn(target, 'id') };
  return {
    action: { name: textIn(target, 'action') },
    resource: server === undefined ? resource : { ...resource, server },
  };
}

/** Ids of what it is about. */
export function targetsOf(object: JsonObject): string {
  return objectsIn(object, 'targets')
    .map((target) => textIn(target, 'id'))
    .join(', ');
}

/** The lines of `show`, and of what is about to be answered: `tell` prints one. */
export function tellApproval(
  { all, hold, status, expires, policies, masked }: ToldApproval,
  tell: (line: string) => void,
): void {
  tell(`${styled('bold', visible(hold))}  ${visible(status)} until ${instant(expires)}`);
  tell(`agent      ${visible(textIn(all, 'agent'))}`);
  const person = maybeText(all, 'person');
  if (person !== undefined) tell(`for        ${visible(person)}`);
  const chain = textsIn(all, 'chain');
  if (chain.length > 0) tell(`through    ${visible(chain.join(' → '))}`);
  tell(`wants      ${visible(textIn(all, 'method'))} on ${visible(targetsOf(all))}`);
  const args = ownProperty(all, 'args');
  if (args === undefined) tell('arguments  too large to be shown; answer it at the node');
  else {
    tell(ownProperty(all, 'isChanged') === true ? 'arguments  (as policy changed them)' : 'arguments');
    tell(visibleJson(args));
  }
  if (masked > 0) tell(`           ${masked} places are masked: secrets do not leave the node`);
  for (const label of textsIn(all, 'labels')) tell(`label      ${visible(label)}`);
  for (const reason of textsIn(all, 'reasons')) tell(`because    ${visible(reason)}`);
  for (const { id, approvers, quorum } of policies)
    tell(`held by    ${visible(id)}: ${quorum} of ${visible(approvers.join(', '))}`);
  for (const answer of objectsIn(all, 'answers')) {
    tell(
      `answered   ${visible(textIn(answer, 'answer'))} by ${textIn(answer, 'person')} (${visible(textIn(answer, 'method'))})`,
    );
    const refused = maybeText(answer, 'refused');
    if (refused === undefined) continue;
    const why = ANSWER_REFUSALS.find((one) => one === refused);
    tell(`           the node does not take it: ${why === undefined ? visible(refused) : REFUSED[why]}`);
  }
}

/** What waits, as a table. */
export function tellList(items: readonly JsonObject[]): void {
  if (items.length === 0) print('nothing waits');
  printTable(
    items.map((item) => [
      textIn(item, 'id'),
      visible(textIn(item, 'status')),
      visible(textIn(item, 'agent')),
      visible(targetsOf(item)),
      `until ${instant(numberIn(item, 'expires'))}`,
      `${numberIn(item, 'answers')} answers`,
    ]),
  );
}

/** Prints on standard error. */
export const tellAside: (line: string) => void = (line) => remark(line);
