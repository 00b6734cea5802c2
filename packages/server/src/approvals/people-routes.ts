/** What people do with approvals: see what waits, and answer. */
import { assertionText, signApproval, publicKeyText } from '@writ/core';
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { type PersonRecord, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { type Approval, APPROVALS, type GivenAnswer, statusAt } from './approval.ts';
import { activePerson, keysOf } from './approver-key.ts';
import { absentFor } from './delegation.ts';
import { FATIGUE_WINDOW_MS, judgeFatigue } from './fatigue.ts';
import { isEntitled, requireGoodAnswer, statusAfter } from './judge-answer.ts';
import { decisionsOf, ownStanding } from './own-standing.ts';
import { detailed, DETAILED, listed, LISTED } from './shown.ts';

const BASE64URL = z
  .string()
  .min(1)
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]+$/, 'base64url');
const STATEMENT = z.string().min(1).max(65_536);
/** An answer as it is given: signed by a key, by a passkey over its SHA-256, or, where the operator allows it, by the server for who is signed in. */
const ANSWER = z.strictObject({
  statement: STATEMENT.optional(),
  signature: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'base64')
    .optional(),
  passkey: z
    .strictObject({ authenticatorData: BASE64URL, clientDataJSON: BASE64URL, signature: BASE64URL })
    .optional(),
  attested: z
    .strictObject({ answer: z.enum(['approve', 'deny']), reason: z.string().max(2_000).optional() })
    .optional(),
});
type AnswerBody = z.output<typeof ANSWER>;

export const PEOPLE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/approvals',
    operation: 'listApprovals',
    summary: 'What waits for people: what you may answer, all that waits, or what was.',
    access: 'read',
    query: { ...PAGE_QUERY, view: z.enum(['mine', 'all', 'history']).default('mine') },
    answers: z.object({ items: z.array(LISTED), next: z.string().optional() }),
    handle({ plane, caller, objects, query, now }) {
      const person = activePerson(plane, caller.organisation, caller.id);
      const away = absentFor(plane, caller.organisation, caller.id, now);
      const shown = objects(APPROVALS)
        .list()
        .filter((approval) => {
          const isWaiting = statusAt(approval, now) === 'waiting';
          if (query.view === 'history') return !isWaiting;
          if (query.view === 'all') return isWaiting;
          const isAnswered = approval.answers.some(
            (given) => given.person === caller.id && given.refused === undefined,
          );
          return isWaiting && !isAnswered && person !== undefined && isEntitled(approval, person);
        })
        .map((approval) => listed(approval, now, whoIsAway(plane, caller.organisation, approval, away)));
      return { body: pageOf(shown, query) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/approvals/{approval}',
    operation: 'getApproval',
    summary:
      'Exactly what would be done, who holds it and why, who answered, what the agent asked before, and what you may do with it.',
    access: 'read',
    params: { approval: ULID },
    answers: DETAILED,
    handle({ plane, caller, objects, params, now }) {
      const approval = requireApproval(objects(APPROVALS).get(params.approval));
      const you = ownStanding(plane, caller, approval, now);
      return { index: approval.index, body: { ...detailed(approval, objects(APPROVALS).list(), now), you } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/{approval}/answers',
    operation: 'answerApproval',
    summary: 'Approves or denies, by a signature or a passkey over exactly what was shown.',
    access: 'decide',
    params: { approval: ULID },
    body: ANSWER,
    answers: LISTED,
    async handle(call) {
      const { plane, caller, objects, params, commit, now: clockNow } = call;
      const approvals = objects(APPROVALS);
      const approval = requireApproval(approvals.get(params.approval));
      // INVARIANT: expiry is judged here, against time that never falls, and not by whoever sweeps.
      const now = Math.max(clockNow, plane.log.state.timeFloor());
      requireOpen(approval, now);
      const person = requirePerson(plane, caller.organisation, caller.id);
      if (approval.answers.some((given) => given.person === caller.id && given.refused === undefined))
        throw new Problem('request.final', 'you answered already; the first answer of each person stands');
      const signed = signedAnswer(call, approval, person, now);
      const { statement } = requireGoodAnswer(approval, signed, person);
      if (now > statement.expires) throw new Problem('request.final', 'the answer has expired');
      const pace =
        statement.answer === 'approve'
          ? await requireRested(plane, caller.organisation, approval, person, now)
          : undefined;
      const given: GivenAnswer = { ...signed, answer: statement.answer, at: now };
      const answers = [...approval.answers, given];
      const { id, index: expects, ...fields } = approval;
      const status = statusAfter(plane, caller.organisation, approval, answers, now);
      const next: Approval = {
        ...fields,
        answers,
        status,
        ...(status === 'waiting' ? {} : { ended: now }),
      };
      const index = await inTurn(commit, {
        action: `approvals.${given.answer}`,
        object: id,
        effects: [approvals.put(id, next, expects)],
        concerns: approval.requesters,
        details: { hold: approval.hold, keyId: given.keyId, method: given.method, status },
        // INVARIANT: of approvals that one person gives at once one is taken: the next is judged by what was given before it.
        ...(pace === undefined ? {} : { consumes: [pace] }),
      });
      return { index, body: listed({ ...next, id, index }, now) };
    },
  }),
];

/** Commits. Throws `request.changed` where the person gave another approval at this moment. */
async function inTurn(commit: Call['commit'], change: Parameters<Call['commit']>[0]): Promise<number> {
  try {
    return await commit(change);
  } catch (thrown) {
    if (change.consumes === undefined || !(thrown instanceof Problem)) throw thrown;
    if (thrown.code !== 'idempotency.applied') throw thrown;
    throw new Problem('request.changed', 'you gave another approval at this moment; look at this one again');
  }
}

function requireApproval(approval: Stored<Approval> | undefined): Stored<Approval> {
  if (approval === undefined) throw new Problem('request.not-found', 'nothing of this id waits or waited');
  return approval;
}

function requirePerson(plane: Plane, organisation: string, id: string): Stored<PersonRecord> {
  const person = activePerson(plane, organisation, id);
  if (person === undefined) throw new Problem('request.forbidden', 'only people answer');
  return person;
}

function requireOpen(approval: Approval, now: number): void {
  const status = statusAt(approval, now);
  if (status === 'waiting') return;
  const said = status === 'expired' ? 'its time is over, and nobody approved it' : `it is ${status}`;
  throw new Problem('request.final', `${said}; the first final answer stands`);
}

/** Those among `away` who could have answered it. */
function whoIsAway(
  plane: Plane,
  organisation: string,
  approval: Approval,
  away: readonly string[],
): readonly string[] {
  return away.filter((id) => {
    const person = activePerson(plane, organisation, id);
    return person !== undefined && isEntitled(approval, person);
  });
}

function signedAnswer(
  { plane, caller, body }: Pick<Call<{}, {}, AnswerBody>, 'plane' | 'caller' | 'body'>,
  approval: Approval,
  person: Stored<PersonRecord>,
  now: number,
): Omit<GivenAnswer, 'answer' | 'at'> {
  const { statement, signature, passkey, attested } = body;
  const ways = [signature, passkey, attested].filter((way) => way !== undefined).length;
  if (ways !== 1 || (attested === undefined) !== (statement !== undefined))
    throw new Problem(
      'request.invalid',
      'give `statement` with one of `signature` and `passkey`, or `attested` alone',
    );
  if (attested !== undefined) {
    // INVARIANT: what an agent finds on a machine, as a token, never makes the server sign: only a browser's session does.
    if (!caller.isCookie)
      throw new Problem(
        'request.forbidden',
        'the server attests a person in their browser, not an API token',
      );
    return attestedAnswer(plane, attested, approval, person, now);
  }
  const text = statement ?? '';
  const keyId = keyIdIn(text);
  const method = passkey === undefined ? 'key' : 'passkey';
  const key = keysOf(plane, caller.organisation, caller.id).find(
    (own) => own.keyId === keyId && own.method === method,
  );
  if (key === undefined)
    throw new Problem(
      'request.forbidden',
      'the statement names no key of yours; `GET /v1/approver-keys` lists them',
    );
  return {
    person: caller.id,
    method,
    key: key.key,
    keyId: key.keyId,
    statement: text,
    signature: passkey === undefined ? (signature ?? '') : assertionText(passkey),
  };
}

/** Signed by the server for somebody it knows by a sign-in alone. One key, so it counts once, whoever signs in; and only where a node's bundle names it. */
function attestedAnswer(
  { attestation }: Plane,
  { answer, reason }: NonNullable<AnswerBody['attested']>,
  approval: Approval,
  person: Stored<PersonRecord>,
  now: number,
): Omit<GivenAnswer, 'answer' | 'at'> {
  if (attestation === undefined)
    throw new Problem(
      'request.forbidden',
      'an answer needs a signature or a passkey of yours here; answers that the server attests are switched off',
    );
  const mine = approval.policies.filter((policy) => isEntitled({ ...approval, policies: [policy] }, person));
  const signed = signApproval(
    {
      answer,
      hold: approval.hold,
      node: approval.logNode,
      performedDigest: approval.digest,
      lifts: answer === 'deny' ? [] : mine.map(({ contentHash }) => contentHash),
      policyHash: approval.policyHash,
      expires: approval.expires,
      at: now,
      ...(reason === undefined ? {} : { reason }),
    },
    attestation,
  );
  const key = publicKeyText(attestation);
  return { person: person.id, method: 'server', key, keyId: attestation.keyId, ...signed };
}

function keyIdIn(statement: string): string {
  try {
    const { keyId } = JSON.parse(statement) as { readonly keyId?: unknown };
    return typeof keyId === 'string' ? keyId : '';
  } catch {
    return '';
  }
}

/**
 * What the next approval of the person uses up: their last one, or the time for a first. Throws `request.too-many` for somebody who only agrees any more; whoever is past that is told
 * that others are asked.
 */
async function requireRested(
  plane: Plane,
  organisation: string,
  approval: Stored<Approval>,
  { id }: Stored<PersonRecord>,
  now: number,
): Promise<string> {
  const approvals = plane.objects(organisation, APPROVALS);
  const decisions = decisionsOf(plane, organisation, id);
  const { level, waitMs, reasons } = judgeFatigue(decisions, now);
  if (level === 'rested' || waitMs === 0) {
    const instants = decisions.flatMap(({ answer, at }) => (answer === 'approve' ? [at] : []));
    const last = Math.max(...instants);
    // The time for a first one is none in which another was given that is forgotten by now.
    const before =
      last > now - FATIGUE_WINDOW_MS
        ? `${last}/${instants.filter((at) => at === last).length}`
        : `first/${Math.floor(now / FATIGUE_WINDOW_MS)}`;
    return `approval-pace:${organisation}/${id}/${before}`;
  }
  const why = reasons.join(', ');
  if (level === 'slow')
    throw new Problem(
      'request.too-many',
      `read it first: you decide too fast or too much (${why}); the next approval is taken in ${Math.ceil(waitMs / 1_000)} s, a refusal at once`,
    );
  if (approval.escalated === undefined) {
    const { id: object, index, ...fields } = approval;
    await plane.changes.commit({
      action: 'approvals.escalate',
      object,
      organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [approvals.put(object, { ...fields, escalated: now }, index)],
      concerns: [id],
      details: { why: 'fatigue', person: id, reasons },
    });
  }
  throw new Problem(
    'request.too-many',
    `you approved much, fast and always (${why}), so somebody else is asked; you may still refuse`,
  );
}
